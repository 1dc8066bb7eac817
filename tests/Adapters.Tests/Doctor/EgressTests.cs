using System.Collections.Immutable;
using System.Net;
using EmailVerify.Adapters.Dns;
using EmailVerify.Adapters.Tests.Dns;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Probes;

namespace EmailVerify.Adapters.Tests.Doctor;

/// <summary>What others see of an egress, with right and wrong answers of a real DNS.</summary>
public sealed class EgressTests
{
    private const string Reverse = "9.9.9.9.in-addr.arpa";
    private static readonly IPAddress Address = IPAddress.Parse("9.9.9.9");
    private static readonly IPAddress Private = IPAddress.Parse("10.0.0.5");

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public static TheoryData<string, CheckState, string> Helos => new()
    {
        { "right", CheckState.Ok, "probe.example leads to 9.9.9.9, and 9.9.9.9 back" },
        { "no-address", CheckState.Failed, "has no address in the DNS" },
        { "elsewhere", CheckState.Failed, "leads to 8.8.8.8, and this egress asks from 9.9.9.9" },
        { "no-ptr", CheckState.Failed, "9.9.9.9 has no reverse name" },
        { "other-ptr-confirmed", CheckState.Warning, "is called other.example, which leads back to it" },
        { "other-ptr", CheckState.Failed, "is called other.example, which does not lead back" },
        { "servfail", CheckState.Skipped, "did not tell the addresses" },
        { "servfail-of-our-family", CheckState.Skipped, "did not tell the addresses" },
        { "servfail-of-the-other-family", CheckState.Ok, "probe.example leads to 9.9.9.9, and 9.9.9.9 back" },
        { "servfail-ptr", CheckState.Skipped, "did not tell the reverse name" },
    };

    [Theory]
    [MemberData(nameof(Helos))]
    public async Task Helo_OfAPublicAddress_IsJudged(string world, CheckState state, string seen)
    {
        var zones = world switch
        {
            "right" => new Zones().Host("probe.example", "9.9.9.9").Ptr(Reverse, "probe.example"),
            "no-address" => new Zones().Mx("probe.example", "mx.example"),
            "elsewhere" => new Zones().Host("probe.example", "8.8.8.8").Ptr(Reverse, "probe.example"),
            "no-ptr" => new Zones().Host("probe.example", "9.9.9.9"),
            "other-ptr-confirmed" => new Zones().Host("probe.example", "9.9.9.9").Host("other.example", "9.9.9.9").Ptr(Reverse, "other.example"),
            "other-ptr" => new Zones().Host("probe.example", "9.9.9.9").Host("other.example", "8.8.8.8").Ptr(Reverse, "other.example"),
            "servfail" => new Zones().Fails("probe.example", TestReply.A).Fails("probe.example", TestReply.Aaaa),
            "servfail-of-our-family" => new Zones().Host("probe.example", "2001:db8::1").Fails("probe.example", TestReply.A),
            "servfail-of-the-other-family" => new Zones().Host("probe.example", "9.9.9.9").Fails("probe.example", TestReply.Aaaa).Ptr(Reverse, "probe.example"),
            "servfail-ptr" => new Zones().Host("probe.example", "9.9.9.9").Fails(Reverse, TestReply.Ptr),
            _ => throw new ArgumentOutOfRangeException(nameof(world)),
        };
        var check = await RunAsync(zones, Address, HeloCheck.RunAsync);
        Assert.Equal((state, state is CheckState.Warning or CheckState.Failed, "eg-1"), (check.State, check.Cure is not null, check.Subject));
        Assert.Contains(seen, check.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Helo_BehindANat_SaysWhatCannotBeKnown()
    {
        var right = await RunAsync(new Zones().Host("probe.example", "9.9.9.9").Ptr(Reverse, "probe.example"), Private, HeloCheck.RunAsync);
        Assert.Equal(CheckState.Warning, right.State);
        Assert.Contains("cannot be known from here", right.Seen, StringComparison.Ordinal);

        // Wrong whatever address the world sees.
        Assert.Equal(CheckState.Failed, (await RunAsync(new Zones().Host("probe.example", "9.9.9.9"), Private, HeloCheck.RunAsync)).State);
        var inside = await RunAsync(new Zones().Host("probe.example", "10.0.0.9"), Private, HeloCheck.RunAsync);
        Assert.Equal(CheckState.Warning, inside.State);
        Assert.Contains("asks from 10.0.0.5, a private address", inside.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Helo_OfAnIpv6Address_IsConfirmedByItsNibbles()
    {
        var address = IPAddress.Parse("2001:4860::8");
        var reverse = "8.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.8.4.1.0.0.2.ip6.arpa";
        Assert.Equal(CheckState.Ok, (await RunAsync(new Zones().Host("probe.example", "2001:4860::8", "9.9.9.9").Ptr(reverse, "probe.example"), address, HeloCheck.RunAsync)).State);
    }

    public static TheoryData<string, CheckState, string> Senders => new()
    {
        { "mx", CheckState.Ok, "goes to mx.sender.example" },
        { "second-mx", CheckState.Ok, "goes to mx2.sender.example" },
        { "address", CheckState.Ok, "has no MX; mail goes to its address" },
        { "nothing", CheckState.Failed, "neither MX nor address" },
        { "null-mx", CheckState.Failed, "takes no mail (null MX)" },
        { "nowhere", CheckState.Failed, "does not exist" },
        { "dead-mx", CheckState.Failed, "No host that takes mail" },
        { "servfail", CheckState.Skipped, "did not tell" },
        { "servfail-of-the-host", CheckState.Skipped, "did not tell" },
        { "servfail-of-one-host", CheckState.Ok, "goes to mx2.sender.example" },
        { "servfail-of-the-address", CheckState.Skipped, "did not tell" },
    };

    [Theory]
    [MemberData(nameof(Senders))]
    public async Task Sender_Domain_IsJudged(string world, CheckState state, string seen)
    {
        var zones = world switch
        {
            "mx" => new Zones().Mx("sender.example", "mx.sender.example").Host("mx.sender.example", "192.0.2.25"),
            "second-mx" => new Zones().Mx("sender.example", "gone.sender.example", "mx2.sender.example").Host("mx2.sender.example", "2001:db8::1"),
            "address" => new Zones().Host("sender.example", "192.0.2.25"),
            "nothing" => new Zones().Txt("sender.example", "hello"),
            "null-mx" => new Zones().Mx("sender.example", ""),
            "nowhere" => new Zones(),
            "dead-mx" => new Zones().Mx("sender.example", "gone.sender.example"),
            "servfail" => new Zones().Fails("sender.example", TestReply.Mx),
            "servfail-of-the-host" => new Zones().Mx("sender.example", "mx.sender.example", "gone.sender.example").Fails("mx.sender.example", TestReply.A),
            "servfail-of-one-host" => new Zones().Mx("sender.example", "mx.sender.example", "mx2.sender.example").Fails("mx.sender.example", TestReply.A).Host("mx2.sender.example", "192.0.2.25"),
            "servfail-of-the-address" => new Zones().Txt("sender.example", "hello").Fails("sender.example", TestReply.Aaaa),
            _ => throw new ArgumentOutOfRangeException(nameof(world)),
        };
        var check = await RunAsync(zones, Address, (standing, records, ending) => SenderCheck.RunAsync(standing.Egress, records, ending));
        Assert.Equal((state, state is CheckState.Failed), (check.State, check.Cure is not null));
        Assert.Contains(seen, check.Seen, StringComparison.Ordinal);
        Assert.DoesNotContain("verify@", check.Seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v=spf1 ip4:9.9.9.0/24 -all", CheckState.Ok, "lets 9.9.9.9 send")]
    [InlineData("v=spf1 ?all", CheckState.Warning, "says nothing")]
    [InlineData("v=spf1 ~all", CheckState.Failed, "softfail")]
    [InlineData("v=spf1 -all", CheckState.Failed, "may not send")]
    [InlineData("v=spf1 ip4:9.9.9 -all", CheckState.Failed, "a term that is none: ip4:9.9.9")]
    [InlineData("a text of another kind", CheckState.Warning, "has no SPF record")]
    public async Task Spf_Record_IsJudged(string record, CheckState state, string seen)
    {
        var check = await RunAsync(new Zones().Txt("sender.example", record), Address, SpfCheck.RunAsync);
        Assert.Equal((state, state is not CheckState.Ok), (check.State, check.Cure is not null));
        Assert.Contains(seen, check.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spf_TwoRecords_AreOneTooMany() =>
        Assert.Contains("2 SPF records", (await RunAsync(new Zones().Txt("sender.example", "v=spf1 -all", "v=spf1 +all"), Address, SpfCheck.RunAsync)).Seen, StringComparison.Ordinal);

    [Fact]
    public async Task Spf_BehindANat_IsLookedForAllTheSame()
    {
        Assert.Equal(CheckState.Warning, (await RunAsync(new Zones().Txt("sender.example", "v=spf1 -all"), Private, SpfCheck.RunAsync)).State);
        Assert.Contains("has no SPF record", (await RunAsync(new Zones(), Private, SpfCheck.RunAsync)).Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spf_NotTold_IsSkipped() => Assert.Equal(CheckState.Skipped, (await RunAsync(new Zones().Fails("sender.example", TestReply.Txt), Address, SpfCheck.RunAsync)).State);

    [Fact]
    public async Task BlockLists_Listed_FailsAndNamesTheList()
    {
        var check = await ListsAsync(new Zones().BlockList("bl.example", "9.9.9.9").BlockList("other.example"), "bl.example", "other.example");
        Assert.Equal(CheckState.Failed, check.State);
        Assert.Contains("9.9.9.9 is on bl.example (127.0.0.2)", check.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BlockLists_WithSeveralEntries_NamesThemAll()
    {
        var check = await ListsAsync(new Zones().BlockList("bl.example").Host("9.9.9.9.bl.example", "127.0.0.2", "127.0.0.10"), "bl.example");
        Assert.Contains("9.9.9.9 is on bl.example (127.0.0.2, 127.0.0.10)", check.Seen, StringComparison.Ordinal);
        Assert.Contains("Find out what was sent", check.Cure, StringComparison.Ordinal);
    }

    // Of such a range nothing need ever have been sent.
    [Fact]
    public async Task BlockLists_OfARangeThatShallNotSend_SayWhatToDoAboutThat()
    {
        var check = await ListsAsync(new Zones().BlockList("zen.spamhaus.org").Host("9.9.9.9.zen.spamhaus.org", "127.0.0.11"), "zen.spamhaus.org");
        Assert.Equal(CheckState.Failed, check.State);
        Assert.DoesNotContain("Find out what was sent", check.Cure, StringComparison.Ordinal);
        Assert.Contains("shall not send mail", check.Cure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BlockLists_NotListed_IsFine() => Assert.Equal("9.9.9.9 is not on bl.example.", (await ListsAsync(new Zones().BlockList("bl.example"), "bl.example")).Seen);

    [Theory]
    [InlineData("127.255.255.254", "refuses to answer our resolver")]
    [InlineData("127.0.0.2", "does not answer as a list does")]
    [InlineData("192.0.2.99", "does not answer as a list does")]
    public async Task BlockLists_ThatAnswerEverythingAlike_AreNotBelieved(string answer, string seen)
    {
        var check = await ListsAsync(new Zones().Below("bl.example", asked => TestReply.Of(TestReply.Address(asked.Name, answer))), "bl.example");
        Assert.Equal(CheckState.Skipped, check.State);
        Assert.Contains($"bl.example {seen}", check.Seen, StringComparison.Ordinal);
        Assert.NotNull(check.Cure);
    }

    [Fact]
    public async Task BlockLists_ThatAreDeadOrSilent_AreToldApart()
    {
        var check = await ListsAsync(new Zones().BlockList("bl.example").Below("broken.example", _ => TestReply.Failing(2)), "bl.example", "dead.example", "broken.example");
        Assert.Equal(CheckState.Ok, check.State);
        Assert.Equal("9.9.9.9 is not on bl.example. Not heard: dead.example does not answer as a list does; broken.example was not told by the DNS.", check.Seen);
    }

    [Fact]
    public async Task BlockLists_OfAnUnknownAddress_AreNotAsked()
    {
        var check = await RunAsync(new Zones().BlockList("bl.example"), Private, (standing, records, ending) => BlockListCheck.RunAsync(standing, ["bl.example"], records, ending));
        Assert.Equal(CheckState.Skipped, check.State);
    }

    [Fact]
    public async Task Helo_BehindAProxyWhoseAddressNobodyTold_AsksForIt()
    {
        await using var dns = new TestDnsServer(new Zones().Host("probe.example", "9.9.9.9").Ptr(Reverse, "probe.example").Answer);
        using var records = new DnsResolver(NetworkDoctorTests.OptionsOf(dns), TimeProvider.System);
        Assert.True(Socks5Proxy.TryParse("socks5://127.0.0.1", out var proxy));
        var standing = await Standing.OfAsync(new Egress("eg-1", null, "probe.example", "verify@sender.example") { Socks5 = proxy }, source: null, records, Ends);
        var check = await HeloCheck.RunAsync(standing, records, Ends);
        Assert.Equal(CheckState.Warning, check.State);
        Assert.StartsWith("Set EmailVerify:Egresses:n:Address", check.Cure, StringComparison.Ordinal);
    }

    private static Task<Check> ListsAsync(Zones zones, params ImmutableArray<string> lists) =>
        RunAsync(zones, Address, (standing, records, ending) => BlockListCheck.RunAsync(standing, lists, records, ending));

    private static async Task<Check> RunAsync(Zones zones, IPAddress source, Func<Standing, IRecords, CancellationToken, Task<Check>> run)
    {
        await using var dns = new TestDnsServer(zones.Answer);
        using var records = new DnsResolver(NetworkDoctorTests.OptionsOf(dns), TimeProvider.System);
        var standing = await Standing.OfAsync(new Egress("eg-1", source, "Probe.example", "verify@sender.example"), source, records, Ends);
        return await run(standing, records, Ends);
    }
}
