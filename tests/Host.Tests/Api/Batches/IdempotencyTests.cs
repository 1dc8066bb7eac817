using System.Text;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.Batches.Uploads;

namespace EmailVerify.Host.Tests.Api.Batches;

public sealed class IdempotencyTests
{
    private const string Body = "email\na@b.example\n";

    [Theory]
    [InlineData("\"key-1\"", "key-1")]
    [InlineData("key-1", "\"key-1\"")]
    public async Task Post_Repeated_GetsTheSameAnswer(string first, string second)
    {
        await using var host = await BatchHost.StartAsync();
        using var one = await host.UploadAsync(Body, query: "?name=x", headers: ("Idempotency-Key", first));
        using var other = await host.UploadAsync(Body, query: "?name=x", headers: ("Idempotency-Key", second));

        Assert.Equal((one.StatusCode, one.Header("Location")), (other.StatusCode, other.Header("Location")));
        Assert.Equal(await TextAsync(one), await TextAsync(other));
        Assert.Equal("true", other.Header("Idempotency-Replayed"));
        Assert.False(one.Headers.Contains("Idempotency-Replayed"));
        Assert.Single(host.Grains.Woken);
    }

    [Theory]
    [InlineData(Body, "?name=other")]
    [InlineData("email\nb@b.example\n", "?name=x")]
    public async Task Post_KeyOfAnotherRequest_IsRefused(string body, string query)
    {
        await using var host = await BatchHost.StartAsync();
        using var one = await host.UploadAsync(Body, query: "?name=x", headers: ("Idempotency-Key", "k"));
        using var other = await host.UploadAsync(body, query: query, headers: ("Idempotency-Key", "k"));
        _ = await other.ProblemAsync("idempotency_key_reused");
    }

    [Fact]
    public async Task Post_FirstStillAtWork_IsAskedToComeBack()
    {
        await using var host = await BatchHost.StartAsync();
        var now = host.Clock.GetUtcNow();
        _ = await host.Sqlite.ReserveAsync(new IdempotencyKey(CustomerIds.Default, "POST /v1/batches", "k"), "other", now, now.AddSeconds(60));
        using (var response = await host.UploadAsync(Body, headers: ("Idempotency-Key", "k")))
        {
            _ = await response.ProblemAsync("idempotency_in_progress");
            Assert.Equal("2", response.Header("Retry-After"));
        }

        // A dead process' reservation frees itself.
        host.Clock.Advance(TimeSpan.FromSeconds(61));
        using var later = await host.UploadAsync(Body, headers: ("Idempotency-Key", "k"));
        Assert.Equal(202, (int)later.StatusCode);
    }

    [Fact]
    public async Task Post_FirstIsSlow_KeepsTheKey()
    {
        await using var host = await BatchHost.StartAsync();
        using var slow = new SlowContent(Body);
        var first = host.UploadAsync(slow, headers: ("Idempotency-Key", "k"));
        await slow.Begun.Task;
        for (var time = 0; time < 20; time++)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
            using var second = await host.UploadAsync(Body, headers: ("Idempotency-Key", "k"));
            _ = await second.ProblemAsync("idempotency_in_progress");
        }

        slow.End.SetResult();
        using var answer = await first;
        Assert.Equal(202, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Post_FirstHasLostTheKey_MakesNoSecondBatch()
    {
        await using var host = await StartWithoutRenewalsAsync();
        using var slow = new SlowContent(Body);
        var first = host.UploadAsync(slow, headers: ("Idempotency-Key", "k"));
        await slow.Begun.Task;
        host.Clock.Advance(TimeSpan.FromSeconds(61));
        using var second = await host.UploadAsync(Body, headers: ("Idempotency-Key", "k"));
        Assert.Equal(202, (int)second.StatusCode);

        slow.End.SetResult();
        using (var late = await first)
            _ = await late.ProblemAsync("idempotency_in_progress");
        using var again = await host.UploadAsync(Body, headers: ("Idempotency-Key", "k"));
        Assert.Equal((202, second.Header("Location")), ((int)again.StatusCode, again.Header("Location")));
        Assert.Single((await host.JsonAsync("/v1/batches"))["batches"]!.AsArray());
    }

    [Fact]
    public async Task Post_RefusedAfterItLostTheKey_LeavesItToTheOther()
    {
        await using var host = await StartWithoutRenewalsAsync();
        using var slow = new SlowContent("email\n");
        var first = host.UploadAsync(slow, headers: ("Idempotency-Key", "k"));
        await slow.Begun.Task;
        host.Clock.Advance(TimeSpan.FromSeconds(61));
        using var other = new SlowContent(Body);
        var second = host.UploadAsync(other, headers: ("Idempotency-Key", "k"));
        await other.Begun.Task;

        slow.End.SetResult();
        using (var late = await first)
            _ = await late.ProblemAsync("malformed_upload");
        using (var third = await host.UploadAsync(Body, headers: ("Idempotency-Key", "k")))
            _ = await third.ProblemAsync("idempotency_in_progress");
        other.End.SetResult();
        using var answer = await second;
        Assert.Equal(202, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Post_Parallel_MakesOneBatch()
    {
        await using var host = await BatchHost.StartAsync();
        var responses = await Task.WhenAll(Enumerable.Range(0, UploadPlaces.MaxOfCustomer).Select(_ => host.UploadAsync(Body, headers: ("Idempotency-Key", "k"))));
        Assert.All(responses, response => Assert.Contains((int)response.StatusCode, (int[])[202, 409]));
        Assert.Single(responses.Where(response => (int)response.StatusCode == 202).Select(response => response.Header("Location")).Distinct(StringComparer.Ordinal));
        Assert.Single((await host.JsonAsync("/v1/batches"))["batches"]!.AsArray());
    }

    [Fact]
    public async Task Post_RefusedBefore_MayBeRepeatedWithTheKey()
    {
        await using var host = await BatchHost.StartAsync();
        using (var refused = await host.UploadAsync("email\n", headers: ("Idempotency-Key", "k")))
            _ = await refused.ProblemAsync("malformed_upload");
        using var response = await host.UploadAsync(Body, headers: ("Idempotency-Key", "k"));
        Assert.Equal(202, (int)response.StatusCode);
    }

    [Fact]
    public async Task Post_StoreFailed_MayBeRepeatedWithTheKey()
    {
        var fails = true;
        await using var host = await BatchHost.StartAsync(stub: store => StubbedStore.Of(
            store, name => fails && name is nameof(IBatchStore.PublishAsync) ? new StorageUnavailableException("away") : null));
        using (var refused = await host.UploadAsync(Body, headers: ("Idempotency-Key", "k")))
            _ = await refused.ProblemAsync("storage_unavailable");
        fails = false;
        using var response = await host.UploadAsync(Body, headers: ("Idempotency-Key", "k"));
        Assert.Equal(202, (int)response.StatusCode);
    }

    [Fact]
    public async Task Post_FormRepeatedWithAnotherBoundary_IsTheSame()
    {
        await using var host = await BatchHost.StartAsync();
        var answers = new List<string>();
        foreach (var boundary in (string[])["one", "two"])
        {
            using var form = new MultipartFormDataContent(boundary);
            form.Add(new StringContent("n"), "name");
            form.Add(new StringContent(Body, Encoding.UTF8, "text/csv"), "file", "a.csv");
            using var response = await host.UploadAsync(form, headers: ("Idempotency-Key", "k"));
            answers.Add(await TextAsync(response));
        }

        Assert.Equal(answers[0], answers[1]);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"a")]
    [InlineData("with blank")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890")]
    public async Task Post_KeyOfNoForm_IsMalformed(string key)
    {
        await using var host = await BatchHost.StartAsync();
        using var response = await host.UploadAsync(Body, headers: ("Idempotency-Key", key));
        var problem = await response.ProblemAsync("malformed_header");
        Assert.Equal("Idempotency-Key", (string?)problem["errors"]![0]!["header"]);
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    // A store that fails for a minute lets the lease of a request at work end.
    private static Task<BatchHost> StartWithoutRenewalsAsync() => BatchHost.StartAsync(stub: store => StubbedStore.Of(
        store, name => name is nameof(IBatchStore.RenewAsync) ? new StorageUnavailableException("away") : null));
}
