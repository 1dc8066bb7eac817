using EmailVerify.Host.Api.Batches.Uploads;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Tests.Api.Batches;

public sealed class UploadPlacesTests
{
    private const string Body = "email\na@b.example\n";

    [Fact]
    public async Task Post_MoreFilesAtOnceThanACustomerMaySend_IsRefusedUntilOneIsIn()
    {
        await using var host = await BatchHost.StartAsync();
        SlowContent[] slow = [.. Enumerable.Range(0, UploadPlaces.MaxOfCustomer).Select(_ => new SlowContent(Body))];
        var first = slow.Select(content => host.UploadAsync(content)).ToArray();
        await Task.WhenAll(slow.Select(content => content.Begun.Task));
        using (var more = await RefusedAsync(host))
        {
            _ = await more.ProblemAsync("rate_limited");
            Assert.Equal((429, "5"), ((int)more.StatusCode, more.Header("Retry-After")));
        }

        slow[0].End.SetResult();
        using (var answer = await first[0])
            Assert.Equal(202, (int)answer.StatusCode);
        using (var next = await host.UploadAsync(Body))
            Assert.Equal(202, (int)next.StatusCode);
        foreach (var content in slow[1..])
            content.End.SetResult();
        foreach (var response in await Task.WhenAll(first[1..]))
            response.Dispose();
    }

    // What was sent has its place a moment later: until then one more is let in.
    private static async Task<HttpResponseMessage> RefusedAsync(BatchHost host)
    {
        for (var trying = 1; ; trying++)
        {
            var response = await host.UploadAsync(Body);
            if (!response.IsSuccessStatusCode || trying == 100)
                return response;
            response.Dispose();
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    [Fact]
    public void Enter_OfManyCustomers_IsBoundedForTheProcess()
    {
        var places = new UploadPlaces();
        for (var place = 0; place < UploadPlaces.MaxOfProcess; place++)
            Assert.Null(places.Enter($"cus_{place / UploadPlaces.MaxOfCustomer}"));
        Assert.Equal(ProblemCode.RateLimited, places.Enter("cus_0")?.Code);
        Assert.Equal(ProblemCode.Overloaded, places.Enter("cus_other")?.Code);
        places.Leave("cus_0");
        Assert.Null(places.Enter("cus_other"));
    }
}
