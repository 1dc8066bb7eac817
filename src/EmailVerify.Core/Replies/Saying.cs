using System.Globalization;

namespace EmailVerify.Core.Replies;

/// <summary>
/// What a text must say: <c>quota</c> (the class is there), <c>mailbox ~ missing</c> (both, at most six words apart), <c>no &gt;1 mailbox</c>
/// (in this order, at most one word between), <c>mailbox ^between missing</c> (in this order, none but words of the class <c>between</c> between),
/// <c>'local recipient table'</c> (a phrase), joined by <c>&amp;</c>.
/// </summary>
internal sealed class Saying
{
    // A subject and its predicate are rarely further apart: "account that you tried to reach | does not exist" has five words between.
    private const int DefaultDistance = 6;

    private readonly int[] needed;
    private readonly Pair[] pairs;

    private Saying(int[] needed, Pair[] pairs) => (this.needed, this.pairs) = (needed, pairs);

    /// <summary>Says whether a text says it.</summary>
    public bool IsIn(in FoundWords words)
    {
        foreach (var number in needed)
        {
            if (!words.Has(number))
                return false;
        }

        foreach (var pair in pairs)
        {
            if (!pair.IsIn(words))
                return false;
        }

        return true;
    }

    /// <summary>Reads it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="classOf">Finds the number of a class or, for a quoted phrase, makes one.</param>
    public static Saying Parse(string text, Func<string, int> classOf)
    {
        var classes = new List<int>();
        var near = new List<Pair>();
        foreach (var term in text.Split('&', StringSplitOptions.TrimEntries))
        {
            var at = term.AsSpan().IndexOfAny('~', '>', '^');
            var first = classOf((at < 0 ? term : term[..at]).Trim());
            classes.Add(first);
            if (at < 0)
                continue;
            var isJoined = term[at] == '^';
            var rest = term[(at + 1)..];
            var length = isJoined ? rest.IndexOf(' ', StringComparison.Ordinal) : Math.Max(0, rest.AsSpan().IndexOfAnyExceptInRange('0', '9'));
            var second = classOf(rest[length..].Trim());
            classes.Add(second);
            near.Add(isJoined
                ? new Pair(first, second, short.MaxValue, Ordered: true, Joint: classOf(rest[..length]))
                : new Pair(first, second, length == 0 ? DefaultDistance : int.Parse(rest.AsSpan(0, length), CultureInfo.InvariantCulture), term[at] == '>', Joint: null));
        }

        return new Saying([.. classes], [.. near]);
    }

    private readonly record struct Pair(int First, int Second, int Distance, bool Ordered, int? Joint)
    {
        public bool IsIn(in FoundWords words)
        {
            foreach (var first in words.PlacesOf(First))
            {
                foreach (var second in words.PlacesOf(Second))
                {
                    if ((IsNear(first, second) || (!Ordered && IsNear(second, first))) && (Joint is not { } joint || words.AreJoinedBy(joint, first, second)))
                        return true;
                }
            }

            return false;
        }

        private bool IsNear(PhraseHit earlier, PhraseHit later) =>
            later.Start > earlier.End && later.Start - earlier.End - 1 <= Distance;
    }
}
