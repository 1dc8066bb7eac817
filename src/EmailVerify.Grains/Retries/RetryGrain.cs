using EmailVerify.Core;
using EmailVerify.Core.Customers;
using EmailVerify.Core.Retries;
using EmailVerify.Grains.Emails;
using Microsoft.Extensions.Logging;

namespace EmailVerify.Grains.Retries;

/// <inheritdoc cref="IRetryGrain"/>
/// <remarks>A timer goes off when the next row is due; a reminder wakes the grain after a restart or the death of its silo.</remarks>
[GrainType("retry"), KeepAlive]
internal sealed partial class RetryGrain(IRetryStore store, TimeProvider clock, ILogger<RetryGrain> logger) : Grain, IRetryGrain, IRemindable
{
    /// <summary>For so long a row that was taken is another's; then its worker is taken for dead. Longer than a probe's deadline, and no longer than <see cref="Core.Verdicts.Settlement.ProbeDeadline"/>, which a store may rely on.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(150);

    /// <summary>The shortest period that reminders have by default.</summary>
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    /// <summary>How long after a failure the table is looked at again.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>How long after somebody could not be reached, or not read, he is told again that a row is due: at first, and at most.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>How many rows are taken at once.</summary>
    private const int Take = 100;

    /// <summary>How long after as many as are taken at once: what fell due in an outage must not begin all at the same time.</summary>
    private static readonly TimeSpan AfterMany = TimeSpan.FromSeconds(1);

    private IGrainTimer timer = null!;
    private DateTimeOffset nextLook = DateTimeOffset.MaxValue;
    private DateTimeOffset notBefore = DateTimeOffset.MinValue;

    private int Shard => RetryKey.ShardOf(this.GetPrimaryKeyString());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        timer = this.RegisterGrainTimer(WorkAsync, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        _ = await this.RegisterOrUpdateReminder("wake", ReminderPeriod, ReminderPeriod, cancellationToken);
        if (await store.NextDueAsync(Shard, cancellationToken) is { } due)
            LookAt(due);
    }

    public ValueTask WakeAsync(DateTimeOffset due)
    {
        LookAt(due);
        return ValueTask.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        LookAt(clock.GetUtcNow());
        return Task.CompletedTask;
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        nextLook = DateTimeOffset.MaxValue;
        try
        {
            var now = clock.GetUtcNow();
            var due = await store.TakeDueAsync(Shard, now, now + Lease, Take);
            notBefore = due.Length < Take ? now : now + AfterMany;

            // One that is on a silo that hangs keeps the others of the shard waiting no longer than it takes to find that out.
            foreach (var ticket in due)
                BeginAsync(ticket, now + Lease).Ignore();
            if (await store.NextDueAsync(Shard, cancellationToken) is { } next)
                LookAt(next);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The rows stay; the lease of those that were taken runs out.
            LogFailed(Shard, failure);
            LookAt(clock.GetUtcNow() + AfterFailure);
        }
    }

    // Where it was on a silo that died it is found elsewhere some moments later; what nobody was asked to do would wait for the end of its lease.
    private async Task BeginAsync(RetryTicket ticket, DateTimeOffset leasedUntil)
    {
        var email = GrainFactory.GetGrain<IEmailGrain>(EmailKey.Of(ticket.AddressHash, CustomerIds.IsTest(ticket.CustomerId)));
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await email.RetryAsync(ticket);
                return;
            }
            catch (Exception failure) when ((Unreachable.Is(failure) || failure is StorageUnavailableException) && clock.GetUtcNow() + pause < leasedUntil)
            {
                await Task.Delay(pause, clock);
            }
            catch (Exception failure)
            {
                LogFailed(Shard, failure);
                return;
            }
        }
    }

    private void LookAt(DateTimeOffset due)
    {
        if (due < notBefore)
            due = notBefore;
        if (due >= nextLook)
            return;
        nextLook = due;
        var wait = due - clock.GetUtcNow();
        timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
