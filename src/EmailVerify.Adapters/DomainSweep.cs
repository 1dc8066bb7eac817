using System.Collections.Immutable;
using EmailVerify.Core.Domains;

namespace EmailVerify.Adapters;

/// <summary>Removes domains of which nothing is known any more, in the order of their names, from where the last sweep ended; after the last name it begins again.</summary>
/// <param name="read">Reads a page of names behind one, and of each whether all that was known of it ended before a time.</param>
/// <param name="forget">Removes those of which that still holds.</param>
internal sealed class DomainSweep(
    Func<string, DateTimeOffset, int, CancellationToken, ValueTask<ImmutableArray<(string Domain, bool IsForgotten)>>> read,
    Func<string[], DateTimeOffset, Task> forget)
{
    /// <summary>How many domains a sweep looks at: of ten millions each is looked at once in four days.</summary>
    private const int MostSwept = 100_000;

    /// <summary>How many it looks at in one read.</summary>
    private const int Page = 5_000;

    /// <summary>
    /// How long a domain is kept after the last of what is known of it has ended. What decoys showed moves a score for longer than it is believed: after 13 half-lives of seven days
    /// (<see cref="CatchAllFinding.HalfLife"/>) it weighs nothing beside what is presumed of any domain.
    /// </summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private string sweptTo = string.Empty;

    /// <summary>Sweeps once.</summary>
    public async Task RunAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = now - Kept;
        for (var seen = 0; seen < MostSwept; seen += Page)
        {
            var page = await read(sweptTo, before, Page, cancellationToken);
            string[] forgotten = [.. page.Where(one => one.IsForgotten).Select(one => one.Domain)];
            if (forgotten.Length > 0)
                await forget(forgotten, before);
            sweptTo = page.Length < Page ? string.Empty : page[^1].Domain;
            if (sweptTo.Length == 0)
                return;
        }
    }
}
