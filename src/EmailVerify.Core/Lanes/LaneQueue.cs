using EmailVerify.Core.Domains;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Lanes;

/// <summary>The waiting questions of one set of exchangers. Groups of any file order meet here: that is what makes sessions shared. Guarded by its lane.</summary>
internal sealed class LaneQueue(string hosts, LaneProvider provider)
{
    private readonly LinkedList<LaneItem> interactive = new();
    private readonly LinkedList<LaneItem> normal = new();

    /// <summary>Gets the exchangers' names, sorted: equal preferences are shuffled, the set is not.</summary>
    public string Hosts => hosts;

    public LaneProvider Provider => provider;

    /// <summary>Gets or sets how many sessions work on it.</summary>
    public int Sessions { get; set; }

    /// <summary>Gets the sessions that wait for the next address.</summary>
    public Stack<TaskCompletionSource> Idle { get; } = new();

    public int Waiting => interactive.Count + normal.Count;

    public void Add(LaneItem item) => (item.Question.Interactive ? interactive : normal).AddLast(item);

    public LaneItem? Take() => TakeFirst(interactive) ?? TakeFirst(normal);

    /// <summary>Gets since when the oldest question waits, or null when none does. Those that go to the head must not hide it.</summary>
    public DateTimeOffset? OldestSince => (interactive.First?.Value.Since, normal.First?.Value.Since) switch
    {
        ({ } one, { } other) => one < other ? one : other,
        (var one, var other) => one ?? other,
    };

    /// <summary>Takes a question that waits since then or longer, or null.</summary>
    public LaneItem? TakeOverdue(DateTimeOffset since) =>
        interactive.First?.Value.Since <= since ? TakeFirst(interactive) : normal.First?.Value.Since <= since ? TakeFirst(normal) : null;

    private static LaneItem? TakeFirst(LinkedList<LaneItem> items)
    {
        if (items.First is not { } first)
            return null;
        items.RemoveFirst();
        return first.Value;
    }

    /// <summary>Names a queue: by the exchangers, and by the domain where a session may carry only one.</summary>
    public static string HostsOf(Route.Exchangers route, string? domain)
    {
        var hosts = route.InOrder.Length == 1 ? route.InOrder[0].Host : string.Join(' ', route.InOrder.Select(exchanger => exchanger.Host).Order(StringComparer.Ordinal));
        return domain is null ? hosts : $"{hosts} for {domain}";
    }
}

/// <summary>A provider in a lane: its regime and the queues of its hosts. Guarded by its lane.</summary>
internal sealed class LaneProvider(SessionSetup setup, Regime regime)
{
    public SessionSetup Setup => setup;

    public Regime Regime => regime;

    public Dictionary<string, LaneQueue> Queues { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets when the queues are looked at again, or null.</summary>
    public DateTimeOffset? WakeAt { get; set; }
}

/// <summary>A question on its way through a lane.</summary>
internal sealed record LaneItem(LaneQuestion Question, LaneGroup Group, DateTimeOffset Since)
{
    /// <summary>Gets the route that is left: without exchangers that do not serve the domain.</summary>
    public Route.Exchangers Route { get; init; } = Question.Route;

    /// <summary>Gets how an exchanger ended that lacks SMTPUTF8, or null when none did.</summary>
    public ProbeOutcome.Smtputf8Missing? Smtputf8Missing { get; init; }

    public void Answer(LaneAnswer answer) => Group.Answer(answer);

    public void End(ProbeOutcome outcome) =>
        Answer(new LaneAnswer.Ended(Question.Number, outcome, [.. Question.Route.InOrder.Select(exchanger => exchanger.Host)]));

    public void Defer(DateTimeOffset until, Obstacle cause) => Answer(new LaneAnswer.NotBefore(Question.Number, until, cause));
}
