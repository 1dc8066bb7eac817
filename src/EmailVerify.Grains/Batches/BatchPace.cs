namespace EmailVerify.Grains.Batches;

/// <summary>How many rows a second have been done of late.</summary>
internal sealed class BatchPace(TimeProvider clock)
{
    /// <summary>Over what time: long enough that a flush more or less does not show, short enough to follow a provider's limits.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private readonly Queue<(DateTimeOffset At, long Done)> seen = new();

    /// <summary>Gets the rows a second; 0 until there is something to measure.</summary>
    public double PerSecond
    {
        get
        {
            var now = clock.GetUtcNow();
            while (seen.Count > 1 && now - seen.Peek().At > Window)
                _ = seen.Dequeue();
            return seen.Count > 1 && now > seen.Peek().At ? (seen.Last().Done - seen.Peek().Done) / (now - seen.Peek().At).TotalSeconds : 0;
        }
    }

    /// <summary>Notes how many are done now. At most four notes a second are kept.</summary>
    public void Note(long done)
    {
        var now = clock.GetUtcNow();
        if (seen.Count == 0 || now - seen.Last().At >= TimeSpan.FromMilliseconds(250))
            seen.Enqueue((now, done));
        while (seen.Count > 1 && now - seen.Peek().At > Window)
            _ = seen.Dequeue();
    }

    /// <summary>Begins anew, with a new round.</summary>
    public void Reset() => seen.Clear();
}
