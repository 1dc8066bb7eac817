using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using EmailVerify.Adapters.Dns;
using EmailVerify.Core.Domains;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Adapters.Tests.Dns;

public sealed class DnsResolverTests
{
    private readonly FakeTimeProvider clock = new(new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mx_Answer_GivesRecordsInLowerCaseAndTheSmallestTtl()
    {
        await using var server = new TestDnsServer(_ => TestReply.Of(
            TestReply.Exchanger("example.org", 10, "MX1.Example.org", ttl: 400),
            TestReply.Exchanger("EXAMPLE.org", 20, "mx2.example.org", ttl: 200)));
        using var resolver = Resolver(server);

        var answer = await resolver.MxAsync("example.org", Ends);

        Assert.Equal(DnsOutcome.Answer, answer.Outcome);
        Assert.Equal([new(10, "mx1.example.org"), new(20, "mx2.example.org")], answer.Records);
        Assert.Equal(TimeSpan.FromSeconds(200), answer.TimeToLive);
        Assert.Null(answer.CanonicalName);
        Assert.Equal(new Asked("example.org", TestReply.Mx, Tcp: false, 1232), Assert.Single(server.Questions));
    }

    [Fact]
    public async Task Mx_NullMx_IsTheEmptyHost()
    {
        await using var server = new TestDnsServer(_ => TestReply.Of(TestReply.Exchanger("example.org", 0, ".")));
        using var resolver = Resolver(server);

        Assert.Equal([new MxRecord(0, string.Empty)], (await resolver.MxAsync("example.org", Ends)).Records);
    }

    [Fact]
    public async Task Mx_InternationalName_IsReadAsItStandsOnTheWire()
    {
        await using var server = new TestDnsServer(_ => TestReply.Of(
            TestReply.Alias("xn--bcher-kva.example", "XN--Strae-oqa.example"),
            TestReply.Exchanger("xn--strae-oqa.example", 10, "mx.xn--bcher-kva.example")));
        using var resolver = Resolver(server);

        var answer = await resolver.MxAsync("xn--bcher-kva.example", Ends);

        Assert.Equal(DnsOutcome.Answer, answer.Outcome);
        Assert.Equal([new(10, "mx.xn--bcher-kva.example")], answer.Records);
        Assert.Equal("xn--strae-oqa.example", answer.CanonicalName);
    }

    [Fact]
    public async Task Addresses_EachFamily_IsItsOwnQuestion()
    {
        await using var server = new TestDnsServer(asked => asked.Type == TestReply.A
            ? TestReply.Of([.. Enumerable.Range(1, 8).Select(at => TestReply.Address("example.org", $"192.5.5.{at}"))])
            : TestReply.Of(TestReply.Address("example.org", "2a00::1")));
        using var resolver = Resolver(server);

        Assert.Equal(8, (await resolver.AddressesAsync("example.org", AddressFamily.InterNetwork, Ends)).Records.Length);
        Assert.Equal([IPAddress.Parse("2a00::1")], (await resolver.AddressesAsync("example.org", AddressFamily.InterNetworkV6, Ends)).Records);
        Assert.Equal(2, server.Questions.Count);
    }

    [Theory]
    [InlineData(120, 900, 120)]
    [InlineData(900, 120, 120)]
    [InlineData(1, 900, 60)]
    [InlineData(90_000, 90_000, 3600)]
    public async Task Negative_Answers_LiveByTheSoaWithinBounds(int minimum, int ttl, int seconds)
    {
        await using var server = new TestDnsServer(asked => asked.Name is "gone.example.org" ? TestReply.NoSuchName(minimum, ttl) : TestReply.Nothing(minimum, ttl));
        using var resolver = Resolver(server);

        var nothing = await resolver.MxAsync("example.org", Ends);
        var gone = await resolver.MxAsync("gone.example.org", Ends);

        Assert.Equal((DnsOutcome.NoData, TimeSpan.FromSeconds(seconds)), (nothing.Outcome, nothing.TimeToLive));
        Assert.Equal((DnsOutcome.NxDomain, TimeSpan.FromSeconds(seconds)), (gone.Outcome, gone.TimeToLive));
    }

    [Fact]
    public async Task NoData_WithoutSoa_LivesForTheFloor()
    {
        await using var server = new TestDnsServer(_ => new TestReply());
        using var resolver = Resolver(server);

        var answer = await resolver.MxAsync("example.org", Ends);

        Assert.Equal((DnsOutcome.NoData, Lifetime.Floor), (answer.Outcome, answer.TimeToLive));
    }

    [Fact]
    public async Task Referral_InsteadOfAnAnswer_IsFailure()
    {
        await using var server = new TestDnsServer(_ => new TestReply { Authorities = [TestReply.NameServer("org", "ns.other.example")] });
        using var resolver = Resolver(server);

        Assert.Equal(DnsOutcome.Failure, (await resolver.MxAsync("example.org", Ends)).Outcome);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task ErrorCodes_ButNxDomain_AreFailureAskedOnce(int code)
    {
        await using var server = new TestDnsServer(_ => TestReply.Failing(code));
        using var resolver = Resolver(server);

        var answer = await resolver.MxAsync("example.org", Ends);

        Assert.Equal(DnsOutcome.Failure, answer.Outcome);
        Assert.Equal(TimeSpan.Zero, answer.TimeToLive);
        Assert.Empty(answer.Records);
        Assert.Single(server.Questions);
    }

    [Fact]
    public async Task Silence_IsTimeoutAfterTheRetries()
    {
        await using var server = new TestDnsServer(_ => null);
        using var resolver = Resolver(server);

        Assert.Equal(DnsOutcome.Timeout, (await resolver.MxAsync("example.org", Ends)).Outcome);
        Assert.Equal(2, server.Questions.Count);
    }

    [Fact]
    public async Task Truncation_GoesToTcp_TwoHundredRecords()
    {
        await using var server = new TestDnsServer(asked => asked.Tcp
            ? TestReply.Of([.. Enumerable.Range(0, 200).Select(at => TestReply.Exchanger("example.org", at, $"mx{at}.example.org"))])
            : new TestReply { Truncated = true });
        using var resolver = Resolver(server);

        var answer = await resolver.MxAsync("example.org", Ends);

        Assert.Equal(200, answer.Records.Length);
        Assert.Equal([false, true], server.Questions.Select(asked => asked.Tcp));
    }

    [Fact]
    public async Task Truncation_OverTcpToo_IsFailure()
    {
        await using var server = new TestDnsServer(_ => TestReply.Of(TestReply.Exchanger("example.org", 1, "mx.example.org")) with { Truncated = true });
        using var resolver = Resolver(server);

        Assert.Equal(DnsOutcome.Failure, (await resolver.MxAsync("example.org", Ends)).Outcome);
    }

    [Fact]
    public async Task Records_BeyondTheBound_AreCut()
    {
        await using var server = new TestDnsServer(asked => asked.Tcp
            ? TestReply.Of([.. Enumerable.Range(0, 900).Select(at => TestReply.Exchanger("example.org", at, "mx.example.org"))])
            : new TestReply { Truncated = true });
        using var resolver = Resolver(server);

        Assert.Equal(AnswerReader.MostRecords, (await resolver.MxAsync("example.org", Ends)).Records.Length);
    }

    [Fact]
    public async Task Alias_InOneResponse_IsFollowed()
    {
        await using var server = new TestDnsServer(_ => TestReply.Of(
            TestReply.Alias("example.org", "b.example.org", ttl: 100),
            TestReply.Alias("b.example.org", "c.example.org", ttl: 500),
            TestReply.Exchanger("c.example.org", 10, "mx.example.org")));
        using var resolver = Resolver(server);

        var answer = await resolver.MxAsync("example.org", Ends);

        Assert.Equal([new MxRecord(10, "mx.example.org")], answer.Records);
        Assert.Equal((TimeSpan.FromSeconds(100), "c.example.org"), (answer.TimeToLive, answer.CanonicalName));
    }

    [Fact]
    public async Task Alias_Alone_IsAskedFurther()
    {
        await using var server = new TestDnsServer(asked => asked.Name is "example.org"
            ? TestReply.Of(TestReply.Alias("example.org", "b.example.net", ttl: 100))
            : TestReply.Of(TestReply.Exchanger("b.example.net", 10, "mx.example.net")));
        using var resolver = Resolver(server);

        var answer = await resolver.MxAsync("example.org", Ends);

        Assert.Equal([new MxRecord(10, "mx.example.net")], answer.Records);
        Assert.Equal((TimeSpan.FromSeconds(100), "b.example.net"), (answer.TimeToLive, answer.CanonicalName));
    }

    [Fact]
    public async Task Alias_ToANameWithoutTheType_IsNoData()
    {
        await using var server = new TestDnsServer(_ => TestReply.Nothing() with { Answers = [TestReply.Alias("example.org", "b.example.org")] });
        using var resolver = Resolver(server);

        Assert.Equal(DnsOutcome.NoData, (await resolver.MxAsync("example.org", Ends)).Outcome);
        Assert.Single(server.Questions);
    }

    [Fact]
    public async Task Alias_ToNowhere_IsNxDomain()
    {
        await using var server = new TestDnsServer(_ => TestReply.NoSuchName() with { Answers = [TestReply.Alias("example.org", "b.example.org")] });
        using var resolver = Resolver(server);

        Assert.Equal(DnsOutcome.NxDomain, (await resolver.MxAsync("example.org", Ends)).Outcome);
    }

    [Fact]
    public async Task Alias_Loop_IsFailure()
    {
        await using var server = new TestDnsServer(_ => TestReply.Of(TestReply.Alias("example.org", "b.example.org"), TestReply.Alias("b.example.org", "example.org")));
        using var resolver = Resolver(server);

        Assert.Equal(DnsOutcome.Failure, (await resolver.MxAsync("example.org", Ends)).Outcome);
    }

    [Theory]
    [InlineData(AnswerReader.LongestChain, DnsOutcome.Answer)]
    [InlineData(AnswerReader.LongestChain + 1, DnsOutcome.Failure)]
    public async Task Alias_ChainInOneResponse_IsFollowedToItsBound(int length, DnsOutcome outcome)
    {
        await using var server = new TestDnsServer(_ => TestReply.Of(
            [
                .. Enumerable.Range(0, length).Select(at => TestReply.Alias($"c{at}.org", $"c{at + 1}.org")),
                TestReply.Exchanger($"c{length}.org", 10, "mx.example.org"),
            ]));
        using var resolver = Resolver(server);

        Assert.Equal(outcome, (await resolver.MxAsync("c0.org", Ends)).Outcome);
    }

    [Fact]
    public async Task Alias_ThatNeverEnds_IsFailureAfterAFewQuestions()
    {
        await using var server = new TestDnsServer(asked => TestReply.Of(TestReply.Alias(asked.Name, "a." + asked.Name)));
        using var resolver = Resolver(server);

        Assert.Equal(DnsOutcome.Failure, (await resolver.MxAsync("example.org", Ends)).Outcome);
        Assert.Equal(AnswerReader.LongestChain + 1, server.Questions.Count);
    }

    [Fact]
    public async Task Alias_ToWhatIsNoHostName_IsFailure()
    {
        await using var server = new TestDnsServer(asked => TestReply.Of(TestReply.Alias(asked.Name, "no host.example")));
        using var resolver = Resolver(server);

        Assert.Equal(DnsOutcome.Failure, (await resolver.MxAsync("example.org", Ends)).Outcome);
        Assert.Single(server.Questions);
    }

    [Fact]
    public async Task Records_OfOtherOwnersAndTypes_DoNotCount()
    {
        await using var server = new TestDnsServer(_ => TestReply.Nothing() with
        {
            Answers = [TestReply.Exchanger("other.example", 10, "evil.example"), TestReply.Address("example.org", "192.5.5.1")],
        });
        using var resolver = Resolver(server);

        Assert.Equal(DnsOutcome.NoData, (await resolver.MxAsync("example.org", Ends)).Outcome);
    }

    [Fact]
    public async Task Response_ToAnotherQuestion_IsFailure()
    {
        await using var server = new TestDnsServer(_ => TestReply.Of(TestReply.Exchanger("example.org", 10, "mx.example.org")) with
        {
            OtherQuestion = [.. TestReply.Name("other.example"), 0, TestReply.Mx, 0, 1],
        });
        using var resolver = Resolver(server);

        Assert.Equal(DnsOutcome.Failure, (await resolver.MxAsync("example.org", Ends)).Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("8180000100FF00000000")]
    [InlineData("81800001000100000000C00C000F0001C00C000F0001FFFFFFFFFFFF")]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF")]
    public async Task Garbage_IsNeverAnAnswerAboutTheDomain(string hex)
    {
        await using var server = new TestDnsServer(_ => new TestReply { Garbage = Convert.FromHexString(hex) });
        using var resolver = Resolver(server);

        Assert.True((await resolver.MxAsync("example.org", Ends)).Outcome is DnsOutcome.Failure or DnsOutcome.Timeout);
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("192.0.2.1")]
    [InlineData("Example.org")]
    public async Task Names_ThatTheDnsCannotHold_AreNotAsked(string name)
    {
        await using var server = new TestDnsServer(_ => TestReply.Nothing());
        using var resolver = Resolver(server);

        Assert.Equal(DnsOutcome.NxDomain, (await resolver.MxAsync(name, Ends)).Outcome);
        Assert.Equal(DnsOutcome.NxDomain, (await resolver.AddressesAsync(name, AddressFamily.InterNetwork, Ends)).Outcome);
        Assert.Empty(server.Questions);
    }

    [Fact]
    public async Task Addresses_OfNoFamily_IsADefect()
    {
        await using var server = new TestDnsServer(_ => null);
        using var resolver = Resolver(server);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await resolver.AddressesAsync("example.org", AddressFamily.AppleTalk, Ends));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Failover_AfterAWordAboutTheServer_AsksTheNext(int code)
    {
        await using var first = new TestDnsServer(_ => TestReply.Failing(code));
        await using var second = new TestDnsServer(_ => TestReply.Of(TestReply.Exchanger("example.org", 10, "mx.example.org")));
        using var resolver = Resolver(first, second);

        Assert.Equal(DnsOutcome.Answer, (await resolver.MxAsync("example.org", Ends)).Outcome);
        Assert.Single(first.Questions);
        Assert.Single(second.Questions);
    }

    [Fact]
    public async Task Failover_AfterSilence_StaysWithTheServerThatAnswers()
    {
        await using var first = new TestDnsServer(_ => null);
        await using var second = new TestDnsServer(asked => TestReply.Of(TestReply.Exchanger(asked.Name, 10, "mx.example.org")));
        using var resolver = Resolver(first, second);

        Assert.Equal(DnsOutcome.Answer, (await resolver.MxAsync("example.org", Ends)).Outcome);
        Assert.Equal(DnsOutcome.Answer, (await resolver.MxAsync("example.net", Ends)).Outcome);
        Assert.Equal(2, first.Questions.Count);
        Assert.Equal(2, second.Questions.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Failover_AfterAnyOtherAnswer_DoesNotHappen(int code)
    {
        await using var first = new TestDnsServer(_ => TestReply.Nothing() with { Code = code });
        await using var second = new TestDnsServer(_ => TestReply.Of(TestReply.Exchanger("example.org", 10, "mx.example.org")));
        using var resolver = Resolver(first, second);

        Assert.NotEqual(DnsOutcome.Answer, (await resolver.MxAsync("example.org", Ends)).Outcome);
        Assert.Empty(second.Questions);
    }

    [Fact]
    public async Task Failover_SilenceAndServfail_IsFailure()
    {
        await using var first = new TestDnsServer(_ => null);
        await using var second = new TestDnsServer(_ => TestReply.Failing(2));
        using var resolver = Resolver(first, second);

        Assert.Equal(DnsOutcome.Failure, (await resolver.MxAsync("example.org", Ends)).Outcome);
    }

    [Fact]
    public async Task Cache_WithinTheTtl_AnswersWithWhatIsLeftAndAsksAgainAfter()
    {
        await using var server = new TestDnsServer(_ => TestReply.Of(TestReply.Exchanger("example.org", 10, "mx.example.org", ttl: 300)));
        using var resolver = Resolver(server);
        await resolver.MxAsync("example.org", Ends);

        clock.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal(TimeSpan.FromSeconds(1), (await resolver.MxAsync("example.org", Ends)).TimeToLive);
        Assert.Single(server.Questions);

        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(300), (await resolver.MxAsync("example.org", Ends)).TimeToLive);
        Assert.Equal(2, server.Questions.Count);
    }

    [Fact]
    public async Task Cache_OfAFailure_LastsASecond()
    {
        await using var server = new TestDnsServer(_ => TestReply.Failing(2));
        using var resolver = Resolver(server);
        await resolver.MxAsync("example.org", Ends);

        clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(TimeSpan.Zero, (await resolver.MxAsync("example.org", Ends)).TimeToLive);
        Assert.Single(server.Questions);

        clock.Advance(TimeSpan.FromMilliseconds(1));
        await resolver.MxAsync("example.org", Ends);
        Assert.Equal(2, server.Questions.Count);
    }

    [Fact]
    public async Task Cache_Full_ForgetsTheLeastRecentlyUsed()
    {
        await using var server = new TestDnsServer(asked => TestReply.Of(TestReply.Exchanger(asked.Name, 10, "mx.example.org")));
        using var resolver = new DnsResolver(Options(server) with { CacheCapacity = 4 }, clock);
        foreach (var name in new[] { "a.org", "b.org", "a.org", "c.org", "a.org", "b.org" })
            await resolver.MxAsync(name, Ends);

        Assert.Equal("a.org b.org c.org b.org", string.Join(' ', server.Questions.Select(asked => asked.Name)));
    }

    [Fact]
    public async Task Flight_HundredCallersAtOnce_IsOneQuestion()
    {
        using var gate = new ManualResetEventSlim();
        await using var server = new TestDnsServer(_ =>
        {
            gate.Wait(Ends);
            return TestReply.Of(TestReply.Exchanger("example.org", 10, "mx.example.org"));
        });
        using var resolver = Resolver(server, timeout: 5000);

        var callers = Enumerable.Range(0, 100).Select(_ => resolver.MxAsync("example.org", Ends).AsTask()).ToArray();
        gate.Set();
        var answers = await Task.WhenAll(callers);

        Assert.All(answers, answer => Assert.Equal(DnsOutcome.Answer, answer.Outcome));
        Assert.Single(server.Questions);
    }

    [Fact]
    public async Task Flight_OneWaiterGivesUp_TheOthersAreAnswered()
    {
        using var gate = new ManualResetEventSlim();
        await using var server = new TestDnsServer(_ =>
        {
            gate.Wait(Ends);
            return TestReply.Of(TestReply.Exchanger("example.org", 10, "mx.example.org"));
        });
        using var resolver = Resolver(server, timeout: 5000);
        using var impatience = new CancellationTokenSource();

        var impatient = resolver.MxAsync("example.org", impatience.Token).AsTask();
        var patient = resolver.MxAsync("example.org", Ends).AsTask();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        gate.Set();

        Assert.Equal(DnsOutcome.Answer, (await patient).Outcome);
        Assert.Single(server.Questions);
    }

    [Fact]
    public async Task InFlight_NeverMoreThanAllowed()
    {
        await using var server = new TestDnsServer(_ => null);
        using var resolver = new DnsResolver(Options(server) with { QueriesInFlight = 2, Retries = 0, Timeout = TimeSpan.FromMilliseconds(100) }, clock);

        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(at => resolver.MxAsync($"d{at}.org", Ends).AsTask()));

        Assert.True(TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromMilliseconds(250), "Six silent questions by twos take three timeouts.");
    }

    [Fact]
    public async Task Dispose_WhileAsking_EndsAsFailure()
    {
        await using var server = new TestDnsServer(_ => null);
        var resolver = Resolver(server, timeout: 60_000);
        var asked = resolver.MxAsync("example.org", Ends).AsTask();
        while (server.Questions.IsEmpty)
            await Task.Yield();
        resolver.Dispose();

        Assert.Equal(DnsOutcome.Failure, (await asked).Outcome);
        Assert.Equal(DnsOutcome.Failure, (await resolver.MxAsync("example.net", Ends)).Outcome);
    }

    [Fact]
    public async Task Instruments_CountQuestionsByOutcomeAndHits()
    {
        var counted = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name is DnsInstruments.MeterName)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
        {
            var words = instrument.Name + string.Concat(tags.ToArray().Select(tag => $" {tag.Value}"));
            lock (counted)
                counted.Add(words);
        });
        listener.Start();
        await using var server = new TestDnsServer(_ => TestReply.NoSuchName());
        using var resolver = Resolver(server);

        await resolver.AddressesAsync("counted.example", AddressFamily.InterNetworkV6, Ends);
        await resolver.AddressesAsync("counted.example", AddressFamily.InterNetworkV6, Ends);

        lock (counted)
        {
            Assert.Contains("emailverify.dns.queries AAAA nx_domain", counted, StringComparer.Ordinal);
            Assert.Contains("emailverify.dns.cache.hits", counted, StringComparer.Ordinal);
        }
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", 53)]
    [InlineData("192.0.2.1:5353", "192.0.2.1", 5353)]
    [InlineData("2001:db8::1", "2001:db8::1", 53)]
    [InlineData("[2001:db8::1]:5353", "2001:db8::1", 5353)]
    public void TryParseServer_AddressWithOrWithoutPort_IsRead(string text, string address, int port)
    {
        Assert.True(DnsOptions.TryParseServer(text, out var server));
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), port), server);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("dns.example.org")]
    [InlineData("192.0.2.1:99999")]
    public void TryParseServer_AnythingElse_IsRefused(string? text) => Assert.False(DnsOptions.TryParseServer(text, out _));

    private static DnsOptions Options(params TestDnsServer[] servers) => new()
    {
        Servers = [.. servers.Select(server => server.EndPoint)],
        Timeout = TimeSpan.FromMilliseconds(250),
    };

    private DnsResolver Resolver(TestDnsServer first, TestDnsServer? second = null, int timeout = 250) =>
        new(Options(second is null ? [first] : [first, second]) with { Timeout = TimeSpan.FromMilliseconds(timeout) }, clock);
}
