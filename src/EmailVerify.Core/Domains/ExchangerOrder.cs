using System.Collections.Immutable;

namespace EmailVerify.Core.Domains;

/// <summary>The order in which exchangers are asked, and how few addresses are shared out among them.</summary>
internal static class ExchangerOrder
{
    /// <summary>
    /// Sorts by preference with equals shuffled (RFC 5321 5.1), each host once. Where more hosts of the best preference exist than are
    /// looked up at once, the last of these places goes to the next preference: a backup is then there when the whole first row is down.
    /// </summary>
    /// <param name="records">The records; none of them a null MX.</param>
    /// <param name="atOnce">How many hosts are looked up at once; at least 2.</param>
    /// <param name="random">Shuffles the equals.</param>
    public static ImmutableArray<MxRecord> Of(ImmutableArray<MxRecord> records, int atOnce, Random random)
    {
        var ordered = records
            .GroupBy(record => record.Host, StringComparer.Ordinal)
            .Select(same => same.MinBy(record => record.Preference))
            .ToArray();
        random.Shuffle(ordered);

        // A stable sort keeps the shuffle among equals.
        ordered = [.. ordered.OrderBy(record => record.Preference)];
        var next = Array.FindIndex(ordered, record => record.Preference != ordered[0].Preference);
        if (next >= atOnce)
            (ordered[atOnce - 1], ordered[next]) = (ordered[next], ordered[atOnce - 1]);
        return [.. ordered];
    }

    /// <summary>Shares out a number of addresses: each host's first, then each host's second and so on, so that a host with many does not crowd out the others.</summary>
    public static ImmutableArray<Exchanger> Share(ImmutableArray<Target> usable, int most)
    {
        var taken = new int[usable.Length];
        for (var left = most; left > 0;)
        {
            var before = left;
            for (var host = 0; host < usable.Length && left > 0; host++)
            {
                if (taken[host] < usable[host].Addresses.Length)
                    (taken[host], left) = (taken[host] + 1, left - 1);
            }

            if (left == before)
                break;
        }

        return [.. usable
            .Select((target, host) => new Exchanger(target.Record.Host, target.Record.Preference, target.Addresses[..taken[host]]) { CanonicalName = target.CanonicalName })
            .Where(exchanger => exchanger.Addresses.Length > 0)
            .OrderBy(exchanger => exchanger.Preference)];
    }
}
