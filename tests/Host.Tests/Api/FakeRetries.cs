using System.Collections.Immutable;
using EmailVerify.Core.Retries;

namespace EmailVerify.Host.Tests.Api;

/// <summary>What waits, by the times that a test gives.</summary>
internal sealed class FakeRetries : IRetryOverview
{
    public List<DateTimeOffset> Verifications { get; } = [];

    public List<DateTimeOffset> BatchRows { get; } = [];

    public int Counts { get; private set; }

    public ValueTask<RetryOverview> CountAsync(ImmutableArray<DateTimeOffset> bounds, CancellationToken cancellationToken)
    {
        Counts++;
        return new(new RetryOverview(Count(Verifications, bounds), Count(BatchRows, bounds)));
    }

    private static RetriesDue Count(List<DateTimeOffset> due, ImmutableArray<DateTimeOffset> bounds)
    {
        var counts = new long[bounds.Length + 1];
        foreach (var at in due)
            counts[bounds.Count(bound => bound < at)]++;
        return new RetriesDue([.. counts], due.Count == 0 ? null : due.Min());
    }
}
