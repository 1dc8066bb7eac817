using EmailVerify.Core;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Emails;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>GET <c>/v1/verifications/{id}</c>: 200 when there is a verdict, 202 before; <c>Prefer: wait</c> waits for it. What is final changes only by being judged again, and has an ETag.</summary>
internal sealed partial class GetVerification(Wait wait, IVerificationStore store, Installation installation, DoctorDesk doctor, TimeProvider clock)
{
    public async Task HandleAsync(HttpContext context)
    {
        // :: Step 1: the request. A foreign id is an unknown id.
        if (!PreferHeader.TryRead(context.Request.Headers["Prefer"], out var prefer))
        {
            await CreateVerification.MalformedPrefer().WriteAsync(context);
            return;
        }

        var caller = Caller.Of(context);
        var id = context.Request.RouteValues["id"] as string;
        var verification = Id.HasForm(id, "ver") ? await store.FindAsync(caller.CustomerId, id, context.RequestAborted) : null;
        if (verification is null)
        {
            await new Problem(ProblemCode.NotFound, "No verification has this id.").WriteAsync(context);
            return;
        }

        // :: Step 2: the wait.
        var granted = prefer is { RespondAsync: false, Wait: { } wished } ? Min(wished, VerificationRequest.LongestWait) : TimeSpan.Zero;
        if (verification.Verdict is null && granted > TimeSpan.Zero)
        {
            var key = EmailKey.Of(verification.AddressHash, caller.IsTest);
            var answer = await wait.UntilAsync(key, new EmailAnswer(verification, FromCache: false), clock.GetUtcNow() + granted, context.RequestAborted);
            verification = answer.Verification;
        }

        // :: Step 3: the answer.
        if (prefer.Wait is not null || verification.Verdict is null)
            context.Response.Headers["Preference-Applied"] = CreateVerification.AppliedOf(prefer, granted);
        Answer(context, verification);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Answer(HttpContext context, Verification verification)
    {
        var response = context.Response;
        var stored = VerificationView.Of(verification, VerificationQuery.ShowsEvidence(context.Request), installation.IsSandbox);
        var view = stored with { Doctor = doctor.For(Caller.Of(context)) };
        if (verification.Verdict is null)
        {
            response.StatusCode = StatusCodes.Status202Accepted;
            response.Headers.Location = VerificationWriter.PathOf(verification.Id);
            response.Headers.RetryAfter = CreateVerification.RetryAfterOf(verification.Pending, clock.GetUtcNow());
            JsonAnswer.Write(response, view, VerificationWriter.Write);
            return;
        }

        // The doctor's word is no part of what was found: its next look changes no tag.
        var json = JsonAnswer.Render(view, VerificationWriter.Write);
        var tag = EntityTag.Of(view.Known is null ? json : JsonAnswer.Render(stored, VerificationWriter.Write));
        response.Headers.ETag = tag;
        if (EntityTag.IsKnown(context.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            response.Headers.CacheControl = "private, no-store";
            return;
        }

        JsonAnswer.Send(response, json);
    }
}
