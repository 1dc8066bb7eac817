using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Grains.Wire;

/// <summary>The shape of a <see cref="RetryTicket"/> between silos. Ids are never reused or renumbered.</summary>
[GenerateSerializer, Immutable, Alias("retry-ticket")]
internal readonly record struct RetryTicketSurrogate(
    [property: Id(0)] string VerificationId,
    [property: Id(1)] string CustomerId,
    [property: Id(2)] UInt128 AddressHash,
    [property: Id(3)] DateTimeOffset DueAt,
    [property: Id(4)] string? Egress,
    [property: Id(5)] int Attempt);

/// <summary>Takes tickets to their shape and back.</summary>
[RegisterConverter]
internal sealed class RetryTicketConverter : IConverter<RetryTicket, RetryTicketSurrogate>
{
    public RetryTicketSurrogate ConvertToSurrogate(in RetryTicket value) =>
        new(value.VerificationId, value.CustomerId, value.AddressHash.Bits, value.DueAt, value.Egress, value.Attempt);

    public RetryTicket ConvertFromSurrogate(in RetryTicketSurrogate surrogate) => new(
        surrogate.VerificationId, surrogate.CustomerId, new AddressHash(surrogate.AddressHash), surrogate.DueAt, surrogate.Egress, surrogate.Attempt);
}
