using EmailVerify.Core.Addresses;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Verdicts;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>A verification as it is shown: what the question echoes, and what was found.</summary>
/// <param name="Verification">What was found.</param>
/// <param name="Email">The address as the shown question has it.</param>
/// <param name="Tag">The mark of the shown question.</param>
/// <param name="Address">The address that the text is, or null when it is none.</param>
/// <param name="FromCache">Whether an earlier verdict answers.</param>
/// <param name="ShowsEvidence">Whether evidence is shown.</param>
/// <param name="InSandbox">Whether the world that was asked is the sandbox.</param>
internal readonly record struct VerificationView(
    Verification Verification, string Email, string? Tag, EmailAddress? Address, bool FromCache, bool ShowsEvidence, bool InSandbox)
{
    /// <summary>Gets what the doctor found last that the caller may know, or null.</summary>
    public DoctorReport? Doctor { get; init; }

    /// <summary>Gets what the doctor knows that may be why there is no better verdict, or null. A report of another time says nothing of it.</summary>
    public string? Known => (Verification, Doctor) switch
    {
        (_, null) => null,
        ({ Verdict: { Status: VerdictStatus.Unknown, Source: not VerdictSource.Test, Reason: var reason, FoundAt: var at } }, { } report) =>
            report.IsOf(at) ? report.BearingOn(reason) : null,
        ({ Verdict: null, Pending: { } pending }, { } report) => report.At >= pending.Since - report.Holds ? report.BearingOn(pending.Cause) : null,
        _ => null,
    };

    /// <summary>Shows a stored verification as itself.</summary>
    public static VerificationView Of(Verification verification, bool showsEvidence, bool inSandbox) => new(
        verification,
        verification.Email,
        verification.Tag,
        EmailAddress.TryParse(verification.Email, out var address) ? address : null,
        FromCache: false,
        showsEvidence,
        inSandbox);
}
