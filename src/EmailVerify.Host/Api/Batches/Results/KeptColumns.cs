using System.Collections.Immutable;
using System.Globalization;
using EmailVerify.Core.Batches;

namespace EmailVerify.Host.Api.Batches.Results;

/// <summary>Which of a batch's original columns are shown, in their order.</summary>
/// <param name="Names">Their names; where rows are JSON the names of members, which a row may lack.</param>
/// <param name="Places">Where they are among all, from 0; default where rows are JSON.</param>
internal sealed record KeptColumns(ImmutableArray<string> Names, ImmutableArray<int> Places)
{
    /// <summary>Finds the columns that are asked for.</summary>
    /// <returns>Null when one of them is not there.</returns>
    public static KeptColumns? Of(Batch batch, ImmutableArray<string> wanted)
    {
        if (batch.Shape is RowShape.Json)
            return new KeptColumns(wanted, default);
        var all = batch.Columns;
        if (wanted.IsDefault)
            return new KeptColumns(all, [.. Enumerable.Range(0, all.Length)]);
        var places = new SortedSet<int>();
        foreach (var name in wanted)
        {
            var place = PlaceOf(all, name);
            if (place < 0)
                return null;
            _ = places.Add(place);
        }

        return new KeptColumns([.. places.Select(place => all[place])], [.. places]);
    }

    // The exact name first, then one in another case, then a number.
    private static int PlaceOf(ImmutableArray<string> all, string name)
    {
        var place = all.IndexOf(name);
        if (place < 0)
            place = all.IndexOf(name, 0, all.Length, StringComparer.OrdinalIgnoreCase);
        return place < 0 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= all.Length ? number - 1 : place;
    }
}
