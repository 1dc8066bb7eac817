using System.Collections.Frozen;
using EmailVerify.Core.Addresses;
using static EmailVerify.Core.Verdicts.VerdictReason;
using static EmailVerify.Core.Verdicts.VerdictStatus;

namespace EmailVerify.Core.Verdicts;

/// <summary>
/// How questions under test keys are answered: by a magic word, which is the local part or its <c>+tag</c>, at any domain. Anything else is deliverable.
/// The words are those of Kickbox's sandbox, so that tests written for it go on working, and <c>slow</c> and <c>greylisted</c>.
/// </summary>
public static class TestVerdicts
{
    /// <summary>What stands where the version of the reply rules stands in real verdicts.</summary>
    public const string Rules = "test";

    /// <summary>How long <c>slow</c> takes: longer than the default wait of a request, shorter than the longest.</summary>
    public static readonly TimeSpan SlowAnswer = TimeSpan.FromSeconds(7);

    /// <summary>How long <c>greylisted</c> is put off: the usual shortest time of greylisting servers is a minute or more.</summary>
    public static readonly TimeSpan Greylisting = TimeSpan.FromSeconds(60);

    private const string Slow = "slow";
    private const string GreylistedWord = "greylisted";
    private const string InsufficientBalance = "insufficient-balance";
    private const string DidYouMean = "did-you-mean";
    private const string RoleWord = "role";

    private static readonly Outcome Default = new(Deliverable, AcceptedEmail, 98);

    private static readonly FrozenDictionary<string, Outcome> Outcomes = new Dictionary<string, Outcome>(StringComparer.OrdinalIgnoreCase)
    {
        ["deliverable"] = Default,
        [RoleWord] = Default,
        [Slow] = Default,
        [GreylistedWord] = Default,
        [InsufficientBalance] = Default,
        ["rejected-email"] = new(Undeliverable, RejectedEmail, 1),
        ["invalid-domain"] = new(Undeliverable, InvalidDomain, 0),
        [DidYouMean] = new(Undeliverable, InvalidDomain, 0),
        ["invalid-email"] = new(Undeliverable, InvalidEmail, 0),
        ["low-quality"] = new(Risky, Disposable, 60),
        ["disposable"] = new(Risky, Disposable, 60),
        ["accept-all"] = new(Risky, AcceptAll, 60),
        ["invalid-smtp"] = new(Unknown, UnexpectedReply, 50),
        ["unexpected-error"] = new(Unknown, UnexpectedReply, 50),
        ["unavailable-smtp"] = new(Unknown, TemporaryFailure, 50),
        ["timeout"] = new(Unknown, VerdictReason.Timeout, 50),
        ["no-connect"] = new(Unknown, NoConnect, 50),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the magic words.</summary>
    public static IEnumerable<string> Words => Outcomes.Keys;

    /// <summary>Answers a question.</summary>
    /// <param name="address">The address.</param>
    /// <param name="attempt">How many tries are behind it, 0 for the first.</param>
    /// <param name="now">When it is answered.</param>
    public static TestAnswer Answer(EmailAddress address, int attempt, DateTimeOffset now)
    {
        var word = WordOf(address);
        return word switch
        {
            InsufficientBalance => new TestAnswer.QuotaExceeded(),
            GreylistedWord when attempt == 0 => new TestAnswer.PutOff(Greylisted, Greylisting),
            Slow => new TestAnswer.Settled(VerdictOf(word, now + SlowAnswer), SlowAnswer),
            _ => new TestAnswer.Settled(VerdictOf(word, now), TimeSpan.Zero),
        };
    }

    /// <summary>Says whether the address stands for a role under test keys.</summary>
    public static bool IsRole(EmailAddress address) => WordOf(address) is RoleWord;

    /// <summary>Gets what is suggested instead of the address under test keys, or null.</summary>
    public static string? Suggestion(EmailAddress address) => WordOf(address) is not DidYouMean
        ? null
        : $"{address.LocalPart}@{(address.Domain is "example.com" ? "example.org" : "example.com")}";

    private static Verdict VerdictOf(string? word, DateTimeOffset at)
    {
        var outcome = word is null ? Default : Outcomes[word];
        bool? acceptAll = outcome.Reason switch { AcceptedEmail => false, AcceptAll => true, _ => null };
        return new Verdict(outcome.Status, outcome.Reason, outcome.Score, acceptAll, null, null, null, null, at, at, VerdictSource.Test, Rules);
    }

    private static string? WordOf(EmailAddress address)
    {
        var local = address.LocalPart;
        var tag = local[(local.LastIndexOf('+') + 1)..];
        return Find(local) ?? Find(tag);

        static string? Find(string text) => Outcomes.ContainsKey(text) ? text.ToLowerInvariant() : null;
    }

    private readonly record struct Outcome(VerdictStatus Status, VerdictReason Reason, int Score);
}
