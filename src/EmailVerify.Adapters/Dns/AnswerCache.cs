using DnsClient;
using EmailVerify.Core.Domains;

namespace EmailVerify.Adapters.Dns;

/// <summary>A question, as the cache and the flights know it.</summary>
internal readonly record struct Question(string Name, QueryType Type);

/// <summary>Answers by their lifetime, bounded by the number of records in it: the least recently used go first. Not safe for many callers.</summary>
/// <param name="capacity">The most records; an answer without any counts as one.</param>
internal sealed class AnswerCache<TRecord>(int capacity)
{
    private readonly Dictionary<Question, LinkedListNode<Entry>> byQuestion = [];
    private readonly LinkedList<Entry> byUse = new();
    private int weight;

    /// <summary>Gets how many records are held.</summary>
    public int Weight => weight;

    /// <summary>Finds an answer that still lives, its TTL shortened by its age; null where there is none.</summary>
    public DnsAnswer<TRecord>? Find(Question question, DateTimeOffset now)
    {
        if (!byQuestion.TryGetValue(question, out var node))
            return null;

        var left = node.Value.Until - now;
        if (left <= TimeSpan.Zero)
        {
            Remove(node);
            return null;
        }

        byUse.Remove(node);
        byUse.AddLast(node);
        var answer = node.Value.Answer;
        return answer.TimeToLive == TimeSpan.Zero ? answer : answer with { TimeToLive = left };
    }

    /// <summary>Keeps an answer until an instant.</summary>
    public void Keep(Question question, DnsAnswer<TRecord> answer, DateTimeOffset until)
    {
        if (byQuestion.TryGetValue(question, out var old))
            Remove(old);

        var entry = new Entry(question, answer, until, Math.Max(1, answer.Records.Length));
        weight += entry.Weight;
        byQuestion[question] = byUse.AddLast(entry);
        while (weight > capacity && byUse.First is { } oldest)
            Remove(oldest);
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        byUse.Remove(node);
        byQuestion.Remove(node.Value.Question);
        weight -= node.Value.Weight;
    }

    private sealed record Entry(Question Question, DnsAnswer<TRecord> Answer, DateTimeOffset Until, int Weight);
}
