using EmailVerify.Core.Domains;
using EmailVerify.Core.Retries;
using Orleans.Serialization.Cloning;

namespace EmailVerify.Grains.Wire;

/// <summary>Values of Core that cross between grains of one silo: they are immutable, so the same object serves both sides.</summary>
[RegisterCopier]
internal sealed class RetryTicketCopier : ShallowCopier<RetryTicket>;

/// <inheritdoc cref="RetryTicketCopier"/>
[RegisterCopier]
internal sealed class DecoyObservationCopier : ShallowCopier<DecoyObservation>;
