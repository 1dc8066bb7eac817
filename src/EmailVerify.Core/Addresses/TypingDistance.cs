namespace EmailVerify.Core.Addresses;

/// <summary>
/// How far a typed text is from a meant one: Damerau–Levenshtein, restricted (optimal string alignment), with slips of the finger cheaper than other substitutions.
/// In tenths of an edit.
/// </summary>
public static class TypingDistance
{
    /// <summary>An inserted, a missing or two transposed characters.</summary>
    public const int Edit = 10;

    /// <summary>A neighbour on the keyboard instead of the key that was meant.</summary>
    public const int Slip = 8;

    /// <summary>Any other character instead of the one that was meant.</summary>
    public const int Substitution = 14;

    private const int MaxLength = 64;
    private const int Keys = 128;
    private const int Far = 1 << 20;

    // The rows of QWERTY, QWERTZ and AZERTY keyboards; each is shifted by about half a key. Keys that touch on one of them are neighbours.
    private static readonly string[][] Keyboards =
    [
        ["1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm"],
        ["1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm"],
        ["1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn"],
    ];

    private static readonly bool[] Neighbours = FindNeighbours();

    /// <summary>Measures; anything beyond the limit is <see cref="int.MaxValue"/>. Work is bounded by the lengths, at most 64 each.</summary>
    public static int Between(ReadOnlySpan<char> typed, ReadOnlySpan<char> meant, int limit) =>
        typed.Length > MaxLength || meant.Length > MaxLength || Math.Abs(typed.Length - meant.Length) * Edit > limit ? int.MaxValue : Measure(typed, meant, limit);

    /// <summary>Says whether one edit parts the texts that brings in no other letter: a letter doubled, one of two equal letters lost, two neighbours swapped, a digit hit instead of the letter below it, or a dot too many or too few.</summary>
    public static bool IsLight(ReadOnlySpan<char> typed, ReadOnlySpan<char> meant)
    {
        var at = typed.CommonPrefixLength(meant);
        return (typed.Length - meant.Length) switch
        {
            0 when at < typed.Length && char.IsAsciiDigit(typed[at]) => char.IsAsciiLetter(meant[at]) && AreNeighbours(typed[at], meant[at]) && typed[(at + 1)..].SequenceEqual(meant[(at + 1)..]),
            0 => at + 1 < typed.Length && typed[at] == meant[at + 1] && typed[at + 1] == meant[at] && typed[(at + 2)..].SequenceEqual(meant[(at + 2)..]),
            1 => (typed[at] == '.' || (at > 0 && typed[at] == typed[at - 1])) && typed[(at + 1)..].SequenceEqual(meant[at..]),
            -1 => (meant[at] == '.' || (at > 0 && meant[at] == meant[at - 1])) && typed[at..].SequenceEqual(meant[(at + 1)..]),
            _ => false,
        };
    }

    /// <summary>Says whether two keys touch.</summary>
    public static bool AreNeighbours(char a, char b) => a < Keys && b < Keys && Neighbours[(a * Keys) + b];

    // Apart, so that the rows are not cleared for the many pairs whose lengths alone part them.
    private static int Measure(ReadOnlySpan<char> typed, ReadOnlySpan<char> meant, int limit)
    {
        Span<int> beforeLast = stackalloc int[MaxLength + 1];
        Span<int> last = stackalloc int[MaxLength + 1];
        Span<int> row = stackalloc int[MaxLength + 1];
        for (var j = 0; j <= meant.Length; j++)
            last[j] = j * Edit;

        var band = limit / Edit;
        var leastBefore = 0;
        for (var i = 1; i <= typed.Length; i++)
        {
            // Only cells near the diagonal can end within the limit.
            var from = Math.Max(1, i - band);
            var to = Math.Min(meant.Length, i + band);
            var least = row[from - 1] = from == 1 ? i * Edit : Far;
            if (to < meant.Length)
                row[to + 1] = Far;

            for (var j = from; j <= to; j++)
            {
                var cost = Math.Min(Math.Min(last[j], row[j - 1]) + Edit, last[j - 1] + SubstitutionCost(typed[i - 1], meant[j - 1]));
                if (i > 1 && j > 1 && typed[i - 1] == meant[j - 2] && typed[i - 2] == meant[j - 1])
                    cost = Math.Min(cost, beforeLast[j - 2] + Edit);

                least = Math.Min(least, row[j] = cost);
            }

            // A transposition reaches back two rows, so one row beyond the limit is no end yet.
            if (least > limit && leastBefore + Edit > limit)
                return int.MaxValue;

            leastBefore = least;

            var free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }

        return last[meant.Length] <= limit ? last[meant.Length] : int.MaxValue;
    }

    private static int SubstitutionCost(char typed, char meant)
    {
        if (typed == meant)
            return 0;

        return AreNeighbours(typed, meant) ? Slip : Substitution;
    }

    private static bool[] FindNeighbours()
    {
        var neighbours = new bool[Keys * Keys];
        foreach (var rows in Keyboards)
        {
            for (var row = 0; row < rows.Length; row++)
            {
                for (var at = 0; at < rows[row].Length; at++)
                {
                    Join(rows, rows[row][at], row, at + 1);
                    Join(rows, rows[row][at], row + 1, at - 1);
                    Join(rows, rows[row][at], row + 1, at);
                }
            }
        }

        // Letters that change places between the layouts: the fingers know another keyboard.
        foreach (var (one, other) in ((char, char)[])[('y', 'z'), ('a', 'q'), ('z', 'w')])
            neighbours[(one * Keys) + other] = neighbours[(other * Keys) + one] = true;

        return neighbours;

        void Join(string[] rows, char key, int row, int at)
        {
            if (row == rows.Length || at < 0 || at >= rows[row].Length)
                return;

            neighbours[(key * Keys) + rows[row][at]] = true;
            neighbours[(rows[row][at] * Keys) + key] = true;
        }
    }
}
