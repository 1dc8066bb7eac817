using EmailVerify.Core.Customers;
using EmailVerify.Core.Doctor;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Api.Doctor;

/// <summary>Has the doctor look, once at a time however many ask, and keeps what was found last. Changes are logged once.</summary>
internal sealed partial class DoctorDesk : IDisposable
{
    private const string WholeInstallation = "this installation";

    private readonly Examination examination;
    private readonly TimeSpan every;
    private readonly TimeProvider clock;
    private readonly ILogger<DoctorDesk> logger;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private readonly CancellationToken closed;
    private Task<DoctorReport>? flight;
    private volatile DoctorReport? last;
    private volatile DoctorReport? lastForCustomers;

    /// <param name="examination">How it looks.</param>
    /// <param name="every">How often it looks by itself: what was found is told with answers for two and a half times as long, and as <see cref="DoctorReport.Holds"/> says at least.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">Where changes are told.</param>
    public DoctorDesk(Examination examination, TimeSpan every, TimeProvider clock, ILogger<DoctorDesk> logger)
    {
        (this.examination, this.every, this.clock, this.logger) = (examination, every, clock, logger);
        closed = closing.Token;
    }

    /// <summary>Gets what was found last, or null before the first look.</summary>
    public DoctorReport? Last => last;

    /// <summary>
    /// Gets of <see cref="Last"/> what is to be told with an answer: all of it with the scope <c>operate</c>; nothing with a test key, whose answers are made up whatever the world is like; and nothing
    /// when it is too old.
    /// </summary>
    public DoctorReport? For(Caller caller) => caller.IsTest || last is not { } found || !found.IsOf(clock.GetUtcNow()) ? null
        : caller.May(Scopes.Operate) ? found
        : lastForCustomers;

    /// <summary>Looks at everything; a look that is under way is waited for.</summary>
    /// <param name="freshEnough">How old a report may be that is given without looking again.</param>
    /// <param name="cancellationToken">Ends the waiting, not the look.</param>
    public Task<DoctorReport> LookAsync(TimeSpan freshEnough, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (last is { } known && clock.GetUtcNow() - known.At < freshEnough)
                return Task.FromResult(known);
            if (flight is not { IsCompleted: false })
                flight = Task.Run(FlyAsync, CancellationToken.None);
            return flight.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Looks only at what a person who is about to verify has to know, and keeps it as found.</summary>
    public async Task<DoctorReport> GlanceAsync(CancellationToken cancellationToken) => Keep(await examination.AtAGlance(cancellationToken));

    /// <inheritdoc/>
    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
    }

    private async Task<DoctorReport> FlyAsync()
    {
        var report = await examination.InFull(closed);
        Tell(last, report);
        return Keep(report);
    }

    // One round may fail, and they do not come to the minute: after two and a half, nothing is known.
    private DoctorReport Keep(DoctorReport report)
    {
        if (every * 2.5 > report.Holds)
            report = report with { Holds = every * 2.5 };
        lastForCustomers = report.ForCustomers();
        return last = report;
    }

    private void Tell(DoctorReport? before, DoctorReport after)
    {
        foreach (var check in after.Checks)
        {
            var old = before?.Checks.FirstOrDefault(one => one.Id.Equals(check.Id, StringComparison.Ordinal) && string.Equals(one.Subject, check.Subject, StringComparison.Ordinal));
            if (old?.State == check.State || (old is null && !check.NeedsCare))
                continue;
            var subject = check.Subject ?? WholeInstallation;
            if (check.NeedsCare)
                LogAiling(logger, check.Id, subject, check.State);
            else
                LogWell(logger, check.Id, subject, check.State);
        }
    }
}
