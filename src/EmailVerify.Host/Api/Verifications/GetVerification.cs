using System.Buffers.Text;
using System.Security.Cryptography;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Emails;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;
using EmailVerify.Host.Hosting;
using Microsoft.Net.Http.Headers;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>GET <c>/v1/verifications/{id}</c>: 200 when there is a verdict, 202 before; <c>Prefer: wait</c> waits for it. What is final never changes and has an ETag.</summary>
internal sealed class GetVerification(Wait wait, IVerificationStore store, Installation installation, TimeProvider clock)
{
    // 128 bits of a hash: two answers of one resource will never share it.
    private const int TagOctets = 16;

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
        var view = VerificationView.Of(verification, VerificationQuery.ShowsEvidence(context.Request), installation.IsSandbox);
        if (verification.Verdict is null)
        {
            response.StatusCode = StatusCodes.Status202Accepted;
            response.Headers.Location = VerificationWriter.PathOf(verification.Id);
            response.Headers.RetryAfter = CreateVerification.RetryAfterOf(verification.Pending, clock.GetUtcNow());
            JsonAnswer.Write(response, view, VerificationWriter.Write);
            return;
        }

        var json = JsonAnswer.Render(view, VerificationWriter.Write);
        var tag = TagOf(json);
        response.Headers.ETag = tag;
        if (Matches(context.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            response.Headers.CacheControl = "private, no-store";
            return;
        }

        JsonAnswer.Send(response, json);
    }

    private static string TagOf(byte[] json) => $"\"{Base64Url.EncodeToString(SHA256.HashData(json).AsSpan(0, TagOctets))}\"";

    // RFC 9110 13.1.2: a weak comparison, and * is any.
    private static bool Matches(HttpRequest request, string tag)
    {
        var given = request.Headers.IfNoneMatch;
        if (given.Count == 0 || !EntityTagHeaderValue.TryParseList([.. given.OfType<string>()], out var tags))
            return false;
        var own = new EntityTagHeaderValue(tag);
        return tags.Any(other => other.Equals(EntityTagHeaderValue.Any) || other.Compare(own, useStrongComparison: false));
    }
}
