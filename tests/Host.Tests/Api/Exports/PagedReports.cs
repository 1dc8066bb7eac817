using System.Collections.Concurrent;
using System.Collections.Immutable;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Tests.Api.Exports;

/// <summary>Verifications in memory, read by pages. Of a search only its place and its bound count.</summary>
internal sealed class PagedReports : IVerificationReports
{
    private ImmutableList<Verification> all = [];

    public ConcurrentQueue<VerificationSearch> Searches { get; } = [];

    /// <summary>Gets or sets what happens before a page is read; its number is from 1.</summary>
    public Func<int, CancellationToken, Task> OnSearch { get; set; } = (_, _) => Task.CompletedTask;

    public void Add(Verification verification) => ImmutableInterlocked.Update(ref all, rows => rows.Add(verification));

    public async ValueTask<ImmutableArray<Verification>> SearchAsync(string customerId, VerificationSearch search, CancellationToken cancellationToken)
    {
        Searches.Enqueue(search);
        await OnSearch(Searches.Count, cancellationToken);
        return
        [
            .. all.Where(row => row.CustomerId.Equals(customerId, StringComparison.Ordinal) && (search.Before is null || string.CompareOrdinal(row.Id, search.Before) < 0))
                .OrderByDescending(row => row.Id, StringComparer.Ordinal)
                .Take(search.Limit),
        ];
    }

    public ValueTask<ImmutableArray<DayCount>> TrendsAsync(string customerId, DateOnly from, DateOnly to, CancellationToken cancellationToken) => throw new NotSupportedException();
}
