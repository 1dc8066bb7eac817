using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EmailVerify.Core.Verdicts;

/// <summary>One weight of <c>schema/rules/score.json</c>.</summary>
/// <param name="Value">The weight, in the unit that its key names.</param>
/// <param name="Source">Where it comes from. Read by people and by the checker.</param>
internal sealed record Weight(double Value, string Source);

/// <summary>The weights of an acceptance.</summary>
internal sealed record AcceptanceData
{
    public required Weight AskedMailboxesThatExistPercent { get; init; }

    public required Weight AcceptedMailboxesThatTakeMailPercent { get; init; }

    public required Weight AcceptedMailboxesThatTakeMailPercentAtTruthfulProviders { get; init; }

    public required Weight ChanceOfCatchAllPercentWhereNoDecoyIsNeeded { get; init; }

    public required Weight CatchAllFactorAtTruthfulProviders { get; init; }

    public required Weight CatchAllFactorWhereDecoysAreDelayed { get; init; }

    public required Weight CatchAllFactorWhereDecoysAreAnsweredInOtherWords { get; init; }

    public required Weight DisposableFactor { get; init; }
}

/// <summary>The shape of <c>schema/rules/score.json</c>. A key that is missing or not known is refused.</summary>
internal sealed record ScoreData
{
    public required string Version { get; init; }

    public required AcceptanceData Acceptance { get; init; }

    public required ImmutableDictionary<string, Weight> PercentByReason { get; init; }

    public required Weight PercentGreylistedWhereOnlyKnownMailboxesAre { get; init; }

    public required Weight HalfLifeDays { get; init; }

    /// <summary>Reads data and holds them to the rules.</summary>
    /// <exception cref="FormatException">They break one; the message says where.</exception>
    public static ScoreData Read(string json)
    {
        try
        {
            var data = JsonSerializer.Deserialize(json, ScoreJson.Default.ScoreData) ?? throw new FormatException("The score's data are empty.");
            return data.Complaint() is { } complaint ? throw new FormatException($"Score: {complaint}") : data;
        }
        catch (JsonException error)
        {
            throw new FormatException($"The score's data cannot be read: {error.Message}", error);
        }
    }

    private string? Complaint()
    {
        foreach (var (key, weight, most) in Weights())
        {
            if (weight is not { Value: >= 0 } || weight.Value > most)
                return FormattableString.Invariant($"{key} must be from 0 to {most}.");
            if (string.IsNullOrWhiteSpace(weight.Source))
                return $"{key} names no source.";
        }

        if (HalfLifeDays.Value < 1)
            return "half_life_days must be at least 1.";
        if (Acceptance.AcceptedMailboxesThatTakeMailPercentAtTruthfulProviders.Value < Acceptance.AcceptedMailboxesThatTakeMailPercent.Value)
            return "accepted_mailboxes_that_take_mail_percent_at_truthful_providers: the truth cannot cost anything.";
        return PercentByReason.Keys.FirstOrDefault(word => !Words.TryParse<VerdictReason>(word, out _)) is { } strange ? $"percent_by_reason: there is no reason \"{strange}\"." : null;
    }

    private IEnumerable<(string Key, Weight? Weight, double Most)> Weights()
    {
        yield return ("asked_mailboxes_that_exist_percent", Acceptance.AskedMailboxesThatExistPercent, 100);
        yield return ("accepted_mailboxes_that_take_mail_percent", Acceptance.AcceptedMailboxesThatTakeMailPercent, 100);
        yield return ("accepted_mailboxes_that_take_mail_percent_at_truthful_providers", Acceptance.AcceptedMailboxesThatTakeMailPercentAtTruthfulProviders, 100);
        yield return ("chance_of_catch_all_percent_where_no_decoy_is_needed", Acceptance.ChanceOfCatchAllPercentWhereNoDecoyIsNeeded, 100);
        yield return ("catch_all_factor_at_truthful_providers", Acceptance.CatchAllFactorAtTruthfulProviders, 1);
        yield return ("catch_all_factor_where_decoys_are_delayed", Acceptance.CatchAllFactorWhereDecoysAreDelayed, 1);
        yield return ("catch_all_factor_where_decoys_are_answered_in_other_words", Acceptance.CatchAllFactorWhereDecoysAreAnsweredInOtherWords, 1);
        yield return ("disposable_factor", Acceptance.DisposableFactor, 1);
        yield return ("percent_greylisted_where_only_known_mailboxes_are", PercentGreylistedWhereOnlyKnownMailboxesAre, 100);
        yield return ("half_life_days", HalfLifeDays, 100_000);

        // Every reason but those that an acceptance has; one that says "no" never gets beyond the little that misread words leave.
        foreach (var reason in Enum.GetValues<VerdictReason>().Where(one => one is not (VerdictReason.AcceptedEmail or VerdictReason.AcceptAll or VerdictReason.Disposable)))
            yield return ($"percent_by_reason.{Words.Of(reason)}", PercentByReason.GetValueOrDefault(Words.Of(reason)), Judge.StatusOf(reason) is VerdictStatus.Undeliverable ? Score.MostOfUndeliverable : 100);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ScoreData))]
internal sealed partial class ScoreJson : JsonSerializerContext;
