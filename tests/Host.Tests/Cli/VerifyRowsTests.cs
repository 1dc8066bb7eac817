using EmailVerify.Core;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Verifications;
using EmailVerify.Host.Cli;
using EmailVerify.Host.Tests.Api;

namespace EmailVerify.Host.Tests.Cli;

public sealed class VerifyRowsTests : IDisposable
{
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public static TheoryData<Exception> Failures => [new StorageUnavailableException("x"), new StorageFullException("x"), new TimeoutException("x"), new OrleansException("x")];

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }

    [Fact]
    public async Task Rows_AllHaveVerdicts_AreInTheOrderOfAsking()
    {
        var first = new TaskCompletionSource<Verification>();
        var writing = Rows(email => email is "a@example.com" ? first.Task : Task.FromResult(Samples.Final(email))).WriteAsync(["a@example.com", "b@example.com"], Token);
        first.SetResult(Samples.Final("a@example.com"));

        Assert.True(await writing);
        Assert.Matches("(?s)a@example.com.*b@example.com", output.ToString());
        Assert.Empty(error.ToString());
    }

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Rows_OneFails_IsReportedByItsPositionAndTheOthersGoOn(Exception failure)
    {
        var rows = Rows(email => email is "b@example.com" ? Task.FromException<Verification>(failure) : Task.FromResult(Samples.Final(email)));

        Assert.False(await rows.WriteAsync(["a@example.com", "b@example.com", "c@example.com"], Token));

        Assert.Contains("c@example.com", output.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("Address 2 has no verdict: ", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("@", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_ADefect_IsNotHidden() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Rows(_ => Task.FromException<Verification>(new InvalidOperationException())).WriteAsync(["a@example.com"], Token));

    [Fact]
    public async Task Rows_Stopped_WritesWhatWasBegun()
    {
        using var stop = new CancellationTokenSource();
        var rows = Rows(email =>
        {
            stop.Cancel();
            return Task.FromResult(Samples.Pending(TimeSpan.FromMinutes(6)));
        });

        Assert.False(await rows.WriteAsync([.. Enumerable.Repeat("a@example.com", 2_000)], stop.Token));
        Assert.InRange(output.ToString().Split('\n').Length, 1, 3);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private VerifyRows Rows(Func<string, Task<Verification>> verify) => new(
        async email => VerdictRow.Of(VerificationView.Of(await verify(email), showsEvidence: true, inSandbox: false)), new VerifyOutput(VerifyFormat.Ndjson, output, Palette.Plain), error);
}
