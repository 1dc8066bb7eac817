using EmailVerify.Core.Doctor;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Cli;
using EmailVerify.Host.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Cli;

public sealed class ForewarningTests : IDisposable
{
    private static readonly Check Closed = new(CheckIds.Port25, CheckState.Failed, "Port 25 seems closed.", "Why.") { Cure = "Ask your provider.", StopsWork = true };

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("emailverify-tests-");
    private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private int looks;

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public async Task Tell_WhatStopsTheWork_IsOneLineEachTime()
    {
        const string Line = "Most addresses will end as unknown. Port 25 seems closed. Ask your provider.\n";
        Assert.Equal(Line, await TellAsync(Closed));
        Assert.Equal(Line, await TellAsync(Closed));
        Assert.Equal(2, looks);
    }

    [Fact]
    public async Task Tell_WhereAllIsWell_IsSilentAndLooksAgainAfterTenMinutes()
    {
        Assert.Equal(string.Empty, await TellAsync(Closed with { State = CheckState.Ok, StopsWork = false }));
        Assert.Equal(string.Empty, await TellAsync(Closed));
        Assert.Equal(1, looks);

        clock.Advance(TimeSpan.FromMinutes(11));
        Assert.NotEmpty(await TellAsync(Closed));
        Assert.Equal(2, looks);

        // What was well is not any more: it is not believed for ten minutes that it was.
        clock.SetUtcNow(clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        Assert.NotEmpty(await TellAsync(Closed));
    }

    private async Task<string> TellAsync(Check check)
    {
        Task<DoctorReport> Look(CancellationToken cancellationToken)
        {
            looks++;
            return Task.FromResult(new DoctorReport(clock.GetUtcNow(), [check]));
        }

        using var desk = new DoctorDesk(new Examination(Look, Look), TimeSpan.FromHours(1), clock, NullLogger<DoctorDesk>.Instance);
        using var error = new StringWriter { NewLine = "\n" };
        await Forewarning.TellAsync(desk, directory.FullName, error, clock, TestContext.Current.CancellationToken);
        return error.ToString();
    }
}
