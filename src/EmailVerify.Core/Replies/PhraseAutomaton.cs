using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace EmailVerify.Core.Replies;

/// <summary>A phrase found in a text, as numbers of words. One number, so that hits are sorted by class and place as numbers are.</summary>
internal readonly record struct PhraseHit
{
    private readonly ulong key;

    public PhraseHit(int classNumber, int start, int end) => key = ((ulong)classNumber << 32) | ((ulong)(ushort)start << 16) | (ushort)end;

    public int Class => (int)(key >> 32);

    public int Start => (ushort)(key >> 16);

    public int End => (ushort)key;

    public int Words => End - Start + 1;

    public static void Sort(Span<PhraseHit> hits) => MemoryMarshal.Cast<PhraseHit, ulong>(hits).Sort();
}

/// <summary>
/// Finds every phrase of every word class in one pass over a text (Aho and Corasick, 1975): linear whatever the text, however many the phrases.
/// </summary>
internal sealed class PhraseAutomaton
{
    // A sentence's end keeps words of two sentences from being near each other.
    private const int SentenceGap = 4;

    private readonly byte[] symbolOf;
    private readonly int symbols;
    private readonly ushort[] next;
    private readonly (short Class, short Words)[][] found;

    private PhraseAutomaton(byte[] symbolOf, int symbols, ushort[] next, (short, short)[][] found) =>
        (this.symbolOf, this.symbols, this.next, this.found) = (symbolOf, symbols, next, found);

    /// <summary>Builds it.</summary>
    /// <param name="phrases">
    /// Phrases in the spelling of <see cref="ReplyWords"/> with the number of their class; an asterisk at an end stands for the rest of a word.
    /// </param>
    public static PhraseAutomaton Of(ImmutableArray<(string Phrase, int Class)> phrases)
    {
        var symbolTable = new byte[char.MaxValue + 1];
        var count = 1; // 0: a character that is in no phrase.
        var patterns = phrases.Select(entry => (Text: Pattern(entry.Phrase), entry.Class)).ToList();
        foreach (var c in patterns.SelectMany(pattern => pattern.Text).Append(ReplyWords.SentenceEnd).Distinct().Order())
            symbolTable[c] = checked((byte)count++);

        var nodes = new List<Node> { new(count) };
        foreach (var (text, classNumber) in patterns)
        {
            var at = 0;
            foreach (var c in text)
            {
                ref var child = ref nodes[at].Next[symbolTable[c]];
                if (child == 0)
                {
                    child = checked((ushort)nodes.Count);
                    nodes.Add(new Node(count));
                }

                at = nodes[at].Next[symbolTable[c]];
            }

            nodes[at].Found.Add(((short)classNumber, (short)text.Trim(' ').Split(' ').Length));
        }

        Complete(nodes);
        var table = new ushort[nodes.Count * count];
        for (var node = 0; node < nodes.Count; node++)
            nodes[node].Next.CopyTo(table, node * count);
        return new PhraseAutomaton(symbolTable, count, table, [.. nodes.Select(node => node.Found.Count == 0 ? [] : node.Found.Distinct().ToArray())]);
    }

    /// <summary>Finds phrases until <paramref name="hits"/> is full.</summary>
    /// <returns>How many were found.</returns>
    public int Find(ReadOnlySpan<char> words, Span<PhraseHit> hits)
    {
        var state = 0;
        var word = -1;
        var count = 0;
        foreach (var c in words)
        {
            state = next[(state * symbols) + symbolOf[c]];
            foreach (var (classNumber, length) in found[state])
            {
                if (count == hits.Length)
                    return count;
                hits[count++] = new PhraseHit(classNumber, word - length + 1, word);
            }

            if (c == ' ')
                word++;
            else if (c == ReplyWords.SentenceEnd)
                word += SentenceGap;
        }

        return count;
    }

    private static string Pattern(string phrase) =>
        (phrase[0] == '*' ? "" : " ") + phrase.Trim('*') + (phrase[^1] == '*' ? "" : " ");

    // Breadth first: a node's fallback is nearer to the root than the node, so it is complete when it is needed.
    private static void Complete(List<Node> nodes)
    {
        var queue = new Queue<int>();
        foreach (var child in nodes[0].Next.Where(child => child != 0))
            queue.Enqueue(child);
        while (queue.TryDequeue(out var at))
        {
            var node = nodes[at];
            var fallback = nodes[node.Fallback];
            node.Found.AddRange(fallback.Found);
            for (var symbol = 0; symbol < node.Next.Length; symbol++)
            {
                if (node.Next[symbol] is var child && child == 0)
                {
                    node.Next[symbol] = fallback.Next[symbol];
                    continue;
                }

                nodes[child].Fallback = fallback.Next[symbol];
                queue.Enqueue(child);
            }
        }
    }

    private sealed class Node(int symbols)
    {
        public ushort[] Next { get; } = new ushort[symbols];

        public List<(short Class, short Words)> Found { get; } = [];

        public int Fallback { get; set; }
    }
}
