using System.Globalization;
using System.Text;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Cli;

/// <summary>What <c>rejudge</c> would change, or has changed, by kinds: at most one row for each pair of reasons.</summary>
internal sealed class RejudgeTable
{
    private const string WouldAskAgain = "would_ask_again";

    private readonly Dictionary<Kind, (long Count, string Rule)> kinds = [];

    /// <summary>Gets how many verdicts were looked at.</summary>
    public long Seen { get; private set; }

    /// <summary>Gets how many say something else.</summary>
    public long Changed { get; private set; }

    /// <summary>Gets how many would need to be asked again.</summary>
    public long Asking { get; private set; }

    /// <summary>Gets of how many nothing is kept that could be judged.</summary>
    public long WithoutEvidence { get; private set; }

    /// <summary>Adds a verdict.</summary>
    public void Add(Verdict before, Rejudgement again)
    {
        Seen++;
        switch (again)
        {
            case Rejudgement.Unchanged:
                break;
            case Rejudgement.NoEvidence:
                WithoutEvidence++;
                break;
            case Rejudgement.Changed({ Verdict: { } after }, var rule):
                Changed++;
                Count(before, Words.Of(after.Status), after.Reason, rule);
                break;
            case Rejudgement.WouldAskAgain(var cause, var rule):
                Asking++;
                Count(before, WouldAskAgain, cause, rule);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(again), again, "Not a rejudgement.");
        }
    }

    /// <summary>Gets it for a person, the most frequent first.</summary>
    public string ToText()
    {
        var text = new StringBuilder($"{"FROM",-36}  {"TO",-36}  {"COUNT",9}  RULE (OF ONE)\n");
        foreach (var (kind, count, rule) in Ordered())
            text.Append(CultureInfo.InvariantCulture, $"{kind.From,-36}  {kind.To,-36}  {count,9}  {rule}\n");
        return text.ToString();
    }

    /// <summary>Gets it as CSV (RFC 4180). Its cells are words of ours.</summary>
    public string ToCsv()
    {
        var text = new StringBuilder("from_status,from_reason,to_status,to_reason,count,rule\r\n");
        foreach (var (kind, count, rule) in Ordered())
            text.Append(CultureInfo.InvariantCulture, $"{kind.From.Replace('/', ',')},{kind.To.Replace('/', ',')},{count},{rule}\r\n");
        return text.ToString();
    }

    private IEnumerable<(Kind Kind, long Count, string Rule)> Ordered() => kinds
        .Select(pair => (pair.Key, pair.Value.Count, pair.Value.Rule))
        .OrderByDescending(row => row.Count)
        .ThenBy(row => row.Key.From, StringComparer.Ordinal)
        .ThenBy(row => row.Key.To, StringComparer.Ordinal);

    private void Count(Verdict before, string status, VerdictReason reason, string rule)
    {
        var kind = new Kind($"{Words.Of(before.Status)}/{Words.Of(before.Reason)}", $"{status}/{Words.Of(reason)}");
        kinds[kind] = kinds.TryGetValue(kind, out var known) ? (known.Count + 1, known.Rule) : (1, rule);
    }

    private readonly record struct Kind(string From, string To);
}
