using System.Globalization;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Emails;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>
/// POST <c>/v1/verifications</c>: verifies one address. 200 with a verdict, or 202 when there is none by the end of the wait, and the work goes on.
/// </summary>
internal sealed partial class CreateVerification(Verifier verifier, Installation installation, TextRules text, DoctorDesk doctor, ApiInstruments instruments, TimeProvider clock)
{
    /// <summary>How long a caller waits who does not say.</summary>
    public static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(5);

    // A test key's quota renews never, and a client's code for it should not wait long to go on.
    private const int QuotaRetryAfterSeconds = 60;

    private const int UnknownScore = 50;

    public async Task HandleAsync(HttpContext context)
    {
        // :: Step 1: the request.
        if (!PreferHeader.TryRead(context.Request.Headers["Prefer"], out var prefer))
        {
            await MalformedPrefer().WriteAsync(context);
            return;
        }

        var parsed = await JsonBody.ReadAsync(context, VerificationRequest.Parse);
        if (parsed is not { Value: { } request })
        {
            await parsed.Problem!.WriteAsync(context);
            return;
        }

        // :: Step 2: the question.
        var caller = Caller.Of(context);
        var granted = WaitOf(prefer, request);
        _ = EmailAddress.TryParse(request.Email, out var address);
        if (caller.IsTest && address is not null && TestVerdicts.Answer(address, 0, clock.GetUtcNow()) is TestAnswer.QuotaExceeded)
        {
            await new Problem(ProblemCode.QuotaExceeded, "The quota of this test key is used up for this address.") { RetryAfterSeconds = QuotaRetryAfterSeconds }
                .WriteAsync(context);
            return;
        }

        var question = new EmailQuestion { CustomerId = caller.CustomerId, Email = request.Email, Tag = request.Tag, MaxAge = request.MaxAge, Wait = granted };
        var answer = await verifier.VerifyAsync(question, address, context.RequestAborted);

        // :: Step 3: the answer.
        if (prefer.Wait is not null || answer.Verification.Verdict is null)
            context.Response.Headers["Preference-Applied"] = AppliedOf(prefer, granted);
        Answer(context, request, address, answer);
    }

    /// <summary>The problem of a header Prefer that cannot be read.</summary>
    public static Problem MalformedPrefer() => new(ProblemCode.MalformedHeader, "The preference wait of the header Prefer is a whole number of seconds.")
    {
        Errors = [ProblemError.AtHeader("Prefer", "invalid", "Write Prefer: wait=5.")],
    };

    /// <summary>Says which preference was honoured.</summary>
    public static string AppliedOf(PreferHeader prefer, TimeSpan granted) => prefer.RespondAsync
        ? "respond-async"
        : string.Create(CultureInfo.InvariantCulture, $"wait={Math.Ceiling(granted.TotalSeconds):0}");

    // The smaller wish wins; a preference beyond the longest wait is honoured as far as it goes.
    private static TimeSpan WaitOf(PreferHeader prefer, VerificationRequest request)
    {
        if (prefer.RespondAsync)
            return TimeSpan.Zero;
        var wished = (prefer.Wait, request.Timeout) switch
        {
            ({ } header, { } body) => header < body ? header : body,
            ({ } header, null) => header,
            (null, { } body) => body,
            (null, null) => DefaultWait,
        };
        return wished < VerificationRequest.LongestWait ? wished : VerificationRequest.LongestWait;
    }

    private void Answer(HttpContext context, VerificationRequest request, EmailAddress? address, EmailAnswer answer)
    {
        var response = context.Response;
        var verification = answer.Verification;
        if (verification.Verdict is null)
        {
            response.Headers.Location = VerificationWriter.PathOf(verification.Id);
            if (request.UnknownOnDeadline)
            {
                verification = verification with { Verdict = TimedOut(), Pending = null };
            }
            else
            {
                response.StatusCode = StatusCodes.Status202Accepted;
                response.Headers.RetryAfter = RetryAfterOf(verification.Pending, clock.GetUtcNow());
            }
        }

        var showsEvidence = request.ShowsEvidence && VerificationQuery.ShowsEvidence(context.Request);
        var view = new VerificationView(verification, request.Email, request.Tag, address, answer.FromCache, showsEvidence, installation.IsSandbox) { Doctor = doctor.For(Caller.Of(context)) };
        if (verification.Verdict is { } verdict)
            instruments.Told(VerificationWriter.SourceOf(view, verdict));
        JsonAnswer.Write(response, view, VerificationWriter.Write);
    }

    /// <summary>
    /// Says in how many seconds asking again makes sense: when the mail server was asked again, and at least one. One that is being asked may answer at any instant;
    /// its time of a next attempt is for the case that this process dies.
    /// </summary>
    public static string RetryAfterOf(Pending? pending, DateTimeOffset now)
    {
        var seconds = pending is not { Cause: not null } ? 1 : Math.Max(1, Math.Ceiling((pending.NextAttemptAt - now).TotalSeconds));
        return seconds.ToString("0", CultureInfo.InvariantCulture);
    }

    // The work goes on; only this answer gives up.
    private Verdict TimedOut()
    {
        var now = clock.GetUtcNow();
        return new Verdict(
            VerdictStatus.Unknown, VerdictReason.Timeout, UnknownScore, null, null, null, null, null, now, now, VerdictSource.Live, text.Rules);
    }
}
