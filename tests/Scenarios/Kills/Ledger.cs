using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using EmailVerify.Scenarios.Servers;

namespace EmailVerify.Scenarios.Kills;

/// <summary>What callers were told, kept outside the service: whatever dies, this is what it has to stand by.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentDictionary<string, string> verdicts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> accepted = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> faults = new();

    /// <summary>Gets the ids that were told with a verdict.</summary>
    public ICollection<string> Verdicts => verdicts.Keys;

    /// <summary>Gets the ids that were accepted and of which no verdict was told yet.</summary>
    public IReadOnlyList<string> Waiting => [.. accepted.Keys.Where(id => !verdicts.ContainsKey(id))];

    /// <summary>Gets how many were ever accepted with 202.</summary>
    public int Accepted => accepted.Count;

    /// <summary>Gets how many verdicts say nothing, which is allowed and never wrong.</summary>
    public int Unknown => verdicts.Values.Count(facts => facts.Contains(" unknown/", StringComparison.Ordinal));

    /// <summary>Gets how many verdicts say what, in words.</summary>
    public string Said => string.Join(", ", verdicts.Values.GroupBy(facts => facts.Split(' ')[1], StringComparer.Ordinal).OrderByDescending(one => one.Count()).Select(one => $"{one.Count()} {one.Key}"));

    /// <summary>Gets the addresses of some verdicts that are served again: those that say something.</summary>
    public IEnumerable<string> EmailsOf(IEnumerable<string> ids) =>
        ids.Select(id => verdicts[id]).Where(facts => !facts.Contains(" unknown/", StringComparison.Ordinal)).Select(facts => facts[..facts.IndexOf(' ', StringComparison.Ordinal)]);

    /// <summary>Gets everything that was lost, contradicted or wrong.</summary>
    public IReadOnlyCollection<string> Faults => faults;

    /// <summary>Enters an answer about one verification.</summary>
    /// <returns>Whether it has a verdict.</returns>
    public bool Enter(HttpStatusCode status, JsonElement answer)
    {
        if (status is not (HttpStatusCode.OK or HttpStatusCode.Accepted))
        {
            faults.Enqueue($"answered {status}: {answer}");
            return false;
        }

        var id = answer.GetProperty("id").GetString()!;
        var email = answer.GetProperty("email").GetString()!;
        if (status is HttpStatusCode.Accepted)
        {
            _ = accepted.TryAdd(id, email);
            if (verdicts.TryGetValue(id, out var told))
                faults.Enqueue($"{id} had a verdict and is pending: {told}");
            return false;
        }

        Enter(id, email, answer);
        return true;
    }

    /// <summary>Enters that nobody knows an id that was told.</summary>
    public void Lost(string id) => faults.Enqueue($"{id} is lost: {verdicts.GetValueOrDefault(id) ?? "accepted " + accepted.GetValueOrDefault(id)}");

    /// <summary>Enters an answer to a repeated question: the verdict that was told before has to serve it.</summary>
    public void EnterRepeated(HttpStatusCode status, JsonElement answer)
    {
        if (status is not HttpStatusCode.OK || !verdicts.ContainsKey(answer.GetProperty("id").GetString()!))
            faults.Enqueue($"asked about anew: {answer}");
        else
            _ = Enter(status, answer);
    }

    // The time when a verdict was found makes it this one and no other.
    private void Enter(string id, string email, JsonElement answer)
    {
        var verdict = answer.Verdict();
        var facts = string.Create(
            CultureInfo.InvariantCulture,
            $"{email} {verdict} {answer.GetProperty("score")} {answer.GetProperty("found_at").GetString()} {answer.GetProperty("attempts").GetInt32()}");
        var first = verdicts.GetOrAdd(id, facts);
        if (!string.Equals(first, facts, StringComparison.Ordinal))
            faults.Enqueue($"{id} was told as {first} and then as {facts}");
        else if (!Population.May(email, verdict))
            faults.Enqueue($"{id} is wrong: {facts}");
    }
}
