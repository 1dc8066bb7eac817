using EmailVerify.Core.Domains;
using EmailVerify.Core.Lanes;
using EmailVerify.Core.Retries;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Batches;
using EmailVerify.Grains.Domains;
using EmailVerify.Grains.Lanes;
using Orleans.Serialization.Cloning;

namespace EmailVerify.Grains.Wire;

/// <summary>What crosses between grains of one silo is immutable: the same object serves both sides.</summary>
[RegisterCopier]
internal sealed class RetryTicketCopier : ShallowCopier<RetryTicket>;

/// <inheritdoc cref="RetryTicketCopier"/>
[RegisterCopier]
internal sealed class DecoyObservationCopier : ShallowCopier<DecoyObservation>;

/// <inheritdoc cref="RetryTicketCopier"/>
[RegisterCopier]
internal sealed class VerificationCopier : ShallowCopier<Verification>;

/// <inheritdoc cref="RetryTicketCopier"/>
[RegisterCopier]
internal sealed class DomainAnswerCopier : ShallowCopier<DomainAnswer>;

/// <inheritdoc cref="RetryTicketCopier"/>
[RegisterCopier]
internal sealed class LaneQuestionsCopier : ShallowCopier<LaneQuestions>;

/// <inheritdoc cref="RetryTicketCopier"/>
[RegisterCopier]
internal sealed class LaneAnswersCopier : ShallowCopier<LaneAnswers>;

/// <inheritdoc cref="RetryTicketCopier"/>
[RegisterCopier]
internal sealed class LaneStandingCopier : ShallowCopier<LaneStanding>;

/// <inheritdoc cref="RetryTicketCopier"/>
[RegisterCopier]
internal sealed class BatchViewCopier : ShallowCopier<BatchView>;

/// <inheritdoc cref="RetryTicketCopier"/>
[RegisterCopier]
internal sealed class BatchSteeringCopier : ShallowCopier<BatchSteering>;
