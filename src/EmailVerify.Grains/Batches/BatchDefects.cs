namespace EmailVerify.Grains.Batches;

/// <summary>
/// How often work on chunks has ended by a defect of ours, in a row. Each rests for longer than the time before, and is put aside in the end: nobody tries for ever what cannot be done,
/// and a chunk that cannot be worked on holds up no other. Kept in memory: a restart tries anew.
/// </summary>
internal sealed class BatchDefects(TimeProvider clock)
{
    /// <summary>How often a chunk is tried before it is put aside; with its rests that takes some 25 minutes.</summary>
    public const int MaxTries = 10;

    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);

    private readonly Dictionary<int, (int Times, DateTimeOffset Until)> chunks = [];

    /// <summary>Gets how many reports in a row, of whatever chunks, told of a defect.</summary>
    public int InARow { get; private set; }

    /// <summary>Gets a value indicating whether something was put aside.</summary>
    public bool HasPutAside => chunks.Values.Any(one => one.Times >= MaxTries);

    /// <summary>Gets how often in a row the work on a chunk ended by a defect.</summary>
    /// <param name="number">The chunk; below 0 for rows that had been put off, whose workers are as one here.</param>
    public int Of(int number) => chunks.GetValueOrDefault(KeyOf(number)).Times;

    /// <summary>Says whether it is not tried any more.</summary>
    public bool IsPutAside(int number) => Of(number) >= MaxTries;

    /// <summary>Gets until when it rests; the past when it does not.</summary>
    public DateTimeOffset RestsUntil(int number) => chunks.GetValueOrDefault(KeyOf(number)).Until;

    /// <summary>It ended by a defect.</summary>
    public void Note(int number)
    {
        InARow++;
        var times = Of(number) + 1;
        var rest = FirstRest * Math.Pow(2, times - 1);
        chunks[KeyOf(number)] = (times, clock.GetUtcNow() + (rest < LongestRest ? rest : LongestRest));
    }

    /// <summary>It ended well.</summary>
    public void Forget(int number)
    {
        InARow = 0;
        _ = chunks.Remove(KeyOf(number));
    }

    /// <summary>Forgets all, with a new round.</summary>
    public void Clear()
    {
        InARow = 0;
        chunks.Clear();
    }

    private static int KeyOf(int number) => Math.Max(number, -1);
}
