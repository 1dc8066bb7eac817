using EmailVerify.Core.Verdicts;

namespace EmailVerify.Grains.Wire;

/// <summary>The shape of a <see cref="Verification"/> between silos; evidence as the JSON that is stored. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("verification")]
internal readonly record struct VerificationSurrogate(
    [property: Id(0)] string Id,
    [property: Id(1)] string CustomerId,
    [property: Id(2)] UInt128 AddressHash,
    [property: Id(3)] string Email,
    [property: Id(4)] string? Tag,
    [property: Id(5)] DateTimeOffset CreatedAt,
    [property: Id(6)] VerdictSurrogate? Verdict,
    [property: Id(7)] PendingSurrogate? Pending,
    [property: Id(8)] int Attempts,
    [property: Id(9)] string? Evidence);

/// <summary>The shape of a <see cref="Verdict"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("verdict")]
internal readonly record struct VerdictSurrogate(
    [property: Id(0)] VerdictStatus Status,
    [property: Id(1)] VerdictReason Reason,
    [property: Id(2)] int Score,
    [property: Id(3)] bool? AcceptAll,
    [property: Id(4)] bool? MailboxFull,
    [property: Id(5)] bool? MailboxDisabled,
    [property: Id(6)] string? Provider,
    [property: Id(7)] string? Exchanger,
    [property: Id(8)] DateTimeOffset FoundAt,
    [property: Id(9)] DateTimeOffset FreshUntil,
    [property: Id(10)] VerdictSource Source,
    [property: Id(11)] string Rules)
{
    public static VerdictSurrogate Of(Verdict verdict) => new(
        verdict.Status,
        verdict.Reason,
        verdict.Score,
        verdict.AcceptAll,
        verdict.MailboxFull,
        verdict.MailboxDisabled,
        verdict.Provider,
        verdict.Exchanger,
        verdict.FoundAt,
        verdict.FreshUntil,
        verdict.Source,
        verdict.Rules);

    public Verdict ToVerdict() =>
        new(Status, Reason, Score, AcceptAll, MailboxFull, MailboxDisabled, Provider, Exchanger, FoundAt, FreshUntil, Source, Rules);
}

/// <summary>The shape of a <see cref="Pending"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("pending")]
internal readonly record struct PendingSurrogate(
    [property: Id(0)] DateTimeOffset Since,
    [property: Id(1)] VerdictReason? Cause,
    [property: Id(2)] DateTimeOffset NextAttemptAt,
    [property: Id(3)] DateTimeOffset GivesUpAt);

/// <summary>Takes verifications to their shape and back.</summary>
[RegisterConverter]
internal sealed class VerificationConverter : IConverter<Verification, VerificationSurrogate>
{
    public VerificationSurrogate ConvertToSurrogate(in Verification value) => new(
        value.Id,
        value.CustomerId,
        value.AddressHash.Bits,
        value.Email,
        value.Tag,
        value.CreatedAt,
        value.Verdict is { } verdict ? VerdictSurrogate.Of(verdict) : null,
        value.Pending is { } pending ? new PendingSurrogate(pending.Since, pending.Cause, pending.NextAttemptAt, pending.GivesUpAt) : null,
        value.Attempts,
        value.Evidence.IsEmpty ? null : EvidenceJson.Write(value.Evidence));

    public Verification ConvertFromSurrogate(in VerificationSurrogate surrogate) => new()
    {
        Id = surrogate.Id,
        CustomerId = surrogate.CustomerId,
        AddressHash = new AddressHash(surrogate.AddressHash),
        Email = surrogate.Email,
        Tag = surrogate.Tag,
        CreatedAt = surrogate.CreatedAt,
        Verdict = surrogate.Verdict?.ToVerdict(),
        Pending = surrogate.Pending is { } pending ? new Pending(pending.Since, pending.Cause, pending.NextAttemptAt, pending.GivesUpAt) : null,
        Attempts = surrogate.Attempts,
        Evidence = surrogate.Evidence is { } json ? EvidenceJson.Read(json) : [],
    };
}
