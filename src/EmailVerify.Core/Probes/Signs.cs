namespace EmailVerify.Core.Probes;

/// <summary>What was noticed about how a host answers, beside what a reply says. Kept with the evidence, so that a verdict can name it. Numbers are stored: none is changed or used again.</summary>
[Flags]
public enum Signs
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>An exchanger of a worse preference answered: what it accepts for others proves nothing about their mailboxes.</summary>
    BackupExchanger = 1 << 0,

    /// <summary>Decoys were accepted in the very words that the target was.</summary>
    IdenticalAnswer = 1 << 1,

    /// <summary>Decoys were accepted in other words than the target.</summary>
    DifferingAnswer = 1 << 2,

    /// <summary>Decoys were answered a second or more later than the target: the host tells them apart.</summary>
    DecoysDelayed = 1 << 3,

    /// <summary>The refusal was held back for two seconds or more: a tarpit.</summary>
    RefusalDelayed = 1 << 4,

    /// <summary>Decoys of one shape are accepted, those of the other refused.</summary>
    PartialCatchAll = 1 << 5,

    /// <summary>Decoys are accepted and refused at random.</summary>
    AnswersAtRandom = 1 << 6,

    /// <summary>The refusal contradicts what the host said before, so it was asked again before it was believed.</summary>
    RefusalDoubted = 1 << 7,

    /// <summary>In an earlier session the host accepted everything after some refusals: it was asked again in a fresh one.</summary>
    AcceptedAfterErrors = 1 << 8,

    /// <summary>In an earlier session the host objected to us, or cut, after some refusals: it was asked again in a fresh one.</summary>
    ErrorLimitMet = 1 << 9,

    /// <summary>The host greylists only mailboxes that it has.</summary>
    KnownOnlyGreylisting = 1 << 10,
}
