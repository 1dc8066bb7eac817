using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace EmailVerify.Core.Replies;

/// <summary>A set of word classes by number.</summary>
[InlineArray(Capacity / 64)]
internal struct ClassSet
{
    /// <summary>How many word classes there can be: 512.</summary>
    public const int Capacity = 512;

    private ulong bits;

    public void Add(int number) => this[number >> 6] |= 1UL << (number & 63);

    public readonly bool Has(int number) => (this[number >> 6] & (1UL << (number & 63))) != 0;
}

/// <summary>Which word classes a text has, and where. At most <see cref="MaxPlaces"/> places of each are kept.</summary>
internal ref struct FoundWords
{
    public const int MaxHits = 768;

    private const int MaxPlaces = 12;

    private readonly Span<PhraseHit> hits;
    private ClassSet present;

    public FoundWords(Span<PhraseHit> hits) => this.hits = Sorted(hits, out present);

    public readonly bool Has(int number) => present.Has(number);

    public readonly ReadOnlySpan<PhraseHit> PlacesOf(int number)
    {
        var all = AllOf(number);
        return all[..Math.Min(all.Length, MaxPlaces)];
    }

    /// <summary>Says whether every word between two places belongs to a class.</summary>
    public readonly bool AreJoinedBy(int number, PhraseHit earlier, PhraseHit later)
    {
        var next = earlier.End + 1;
        foreach (var hit in AllOf(number))
        {
            if (hit.Start <= next && hit.End >= next)
                next = hit.End + 1;
        }

        return next >= later.Start;
    }

    private readonly ReadOnlySpan<PhraseHit> AllOf(int number)
    {
        var from = 0;
        while (from < hits.Length && hits[from].Class < number)
            from++;
        var to = from;
        while (to < hits.Length && hits[to].Class == number)
            to++;
        return hits[from..to];
    }

    private static Span<PhraseHit> Sorted(Span<PhraseHit> hits, out ClassSet present)
    {
        PhraseHit.Sort(hits);
        present = default;
        foreach (var hit in hits)
            present.Add(hit.Class);
        return hits;
    }
}

/// <summary>The word classes of the rules: what the words of a reply speak of, in all languages at once.</summary>
internal sealed class WordClasses
{
    private readonly PhraseAutomaton automaton;
    private readonly ImmutableArray<bool> claims;

    public WordClasses(PhraseAutomaton automaton, ImmutableArray<bool> claims) => (this.automaton, this.claims) = (automaton, claims);

    /// <summary>Finds the words of a text.</summary>
    /// <param name="words">The text in the spelling of <see cref="ReplyWords"/>.</param>
    /// <param name="room">Where to put what is found.</param>
    public FoundWords Find(ReadOnlySpan<char> words, Span<PhraseHit> room)
    {
        var hits = room[..automaton.Find(words, room)];
        return new FoundWords(hits[..WithoutClaimed(hits)]);
    }

    // "Your IP address" claims its words: the shorter "address" in it says nothing about a mailbox.
    private int WithoutClaimed(Span<PhraseHit> hits)
    {
        Span<PhraseHit> claiming = stackalloc PhraseHit[64];
        var claimed = 0;
        foreach (var hit in hits)
        {
            if (claims[hit.Class] && hit.Words > 1 && claimed < claiming.Length)
                claiming[claimed++] = hit;
        }

        if (claimed == 0)
            return hits.Length;
        var kept = 0;
        foreach (var hit in hits)
        {
            if (!IsClaimed(hit, claiming[..claimed]))
                hits[kept++] = hit;
        }

        return kept;
    }

    private static bool IsClaimed(PhraseHit hit, ReadOnlySpan<PhraseHit> claiming)
    {
        foreach (var claim in claiming)
        {
            if (claim.Words > hit.Words && claim.Start <= hit.Start && claim.End >= hit.End)
                return true;
        }

        return false;
    }
}
