using System.Collections.Frozen;
using EmailVerify.Core.Probes;

namespace EmailVerify.Core.Verdicts;

/// <summary>What the score of an acceptance rests on.</summary>
/// <param name="CatchAllChance">The chance that the domain accepts any local part, 0 to 1.</param>
/// <param name="TellsTheTruth">Whether the provider's data say that its 2xx at RCPT means a mailbox.</param>
/// <param name="IsDisposable">Whether the domain gives out throw-away mailboxes.</param>
/// <param name="Signs">What was noticed beside the reply.</param>
public readonly record struct Acceptance(double CatchAllChance, bool TellsTheTruth, bool IsDisposable, Signs Signs);

/// <summary>
/// The score: the estimated chance in percent that mail is accepted, of evidence, the provider's truthfulness, the catch-all chance and age. Its weights are data
/// (<c>schema/rules/score.json</c>). It falls with the catch-all chance and with age; truthfulness never lowers it. Immutable.
/// </summary>
public sealed class Score
{
    /// <summary>The most that an undeliverable address gets.</summary>
    public const int MostOfUndeliverable = 5;

    private static readonly Lazy<Score> Loaded = new(LoadEmbedded);

    private readonly AcceptanceData weights;
    private readonly FrozenDictionary<VerdictReason, int> byReason;
    private readonly int greylistedKnownOnly;
    private readonly TimeSpan halfLife;

    private Score(ScoreData data)
    {
        weights = data.Acceptance;
        byReason = Enum.GetValues<VerdictReason>().Where(reason => data.PercentByReason.ContainsKey(Words.Of(reason)))
            .ToFrozenDictionary(reason => reason, reason => Percent(data.PercentByReason[Words.Of(reason)].Value / 100));
        greylistedKnownOnly = Percent(data.PercentGreylistedWhereOnlyKnownMailboxesAre.Value / 100);
        halfLife = TimeSpan.FromDays(data.HalfLifeDays.Value);
        WhereNoDecoyIsNeeded = weights.ChanceOfCatchAllPercentWhereNoDecoyIsNeeded.Value / 100;
    }

    /// <summary>Gets the committed weights, read at first use.</summary>
    public static Score Default => Loaded.Value;

    /// <summary>Gets the catch-all chance, 0 to 1, of domains where the provider's data say that no decoy is needed.</summary>
    public double WhereNoDecoyIsNeeded { get; }

    /// <summary>Makes it of data.</summary>
    /// <param name="json">The weights: JSON with comments.</param>
    /// <exception cref="FormatException">The data break a rule; the message says where.</exception>
    public static Score Parse(string json) => new(ScoreData.Read(json));

    /// <summary>Gets the chance behind a reason that no acceptance has, 0 to 100.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="signs">What was noticed beside the reply.</param>
    public int Of(VerdictReason reason, Signs signs = Signs.None) =>
        reason is VerdictReason.Greylisted && signs.HasFlag(Signs.KnownOnlyGreylisting) ? greylistedKnownOnly : byReason[reason];

    /// <summary>Gets the chance behind an acceptance, 0 to 100.</summary>
    public int Of(in Acceptance acceptance)
    {
        var chance = Math.Clamp(acceptance.CatchAllChance, 0, 1);
        if (acceptance.TellsTheTruth)
            chance *= weights.CatchAllFactorAtTruthfulProviders.Value;
        if (acceptance.Signs.HasFlag(Signs.DecoysDelayed))
            chance *= weights.CatchAllFactorWhereDecoysAreDelayed.Value;
        if (acceptance.Signs.HasFlag(Signs.DifferingAnswer))
            chance *= weights.CatchAllFactorWhereDecoysAreAnsweredInOtherWords.Value;
        var exist = weights.AskedMailboxesThatExistPercent.Value / 100;
        var takes = (acceptance.TellsTheTruth ? weights.AcceptedMailboxesThatTakeMailPercentAtTruthfulProviders : weights.AcceptedMailboxesThatTakeMailPercent).Value / 100;
        var score = exist <= 0 ? 0 : exist / (exist + ((1 - exist) * chance)) * takes;
        return Percent(acceptance.IsDisposable ? score * weights.DisposableFactor.Value : score);
    }

    /// <summary>Gets what is left of a score when the verdict is served again.</summary>
    /// <param name="score">The score when it was found, 0 to 100.</param>
    /// <param name="age">How old the verdict is.</param>
    public int Aged(int score, TimeSpan age) => age <= TimeSpan.Zero ? score : (int)Math.Round(score * Math.Pow(2, -(age / halfLife)), MidpointRounding.AwayFromZero);

    private static int Percent(double chance) => (int)Math.Round(Math.Clamp(chance, 0, 1) * 100, MidpointRounding.AwayFromZero);

    private static Score LoadEmbedded()
    {
        using var stream = typeof(Score).Assembly.GetManifestResourceStream("rules.score.json") ?? throw new InvalidOperationException("The score's weights are not embedded.");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }
}
