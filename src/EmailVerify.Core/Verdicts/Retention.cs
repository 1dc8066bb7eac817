namespace EmailVerify.Core.Verdicts;

/// <summary>How long what was found is kept.</summary>
/// <param name="Verifications">
/// How long a verification is kept with its verdict and evidence, from when it was begun; <see cref="Shortest"/> to <see cref="Longest"/>. It goes some time later: in a database of months
/// with the last day of its month. What has no verdict yet stays.
/// </param>
public sealed record Retention(TimeSpan Verifications)
{
    /// <summary>The shortest time: twice what a verdict may be served by default, so that nobody's cache is emptied early.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromDays(28);

    /// <summary>The longest.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>Gets the default: a year.</summary>
    public static Retention Default { get; } = new(TimeSpan.FromDays(365));

    /// <summary>Gets the time before which verifications were begun that go.</summary>
    public DateTimeOffset Before(DateTimeOffset now) => now - Verifications;
}
