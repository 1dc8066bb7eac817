using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Emails;
using EmailVerify.Host.Api.Batches;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>
/// POST <c>/v1/verifications/{id}/judge</c>: the stored evidence by today's rules, without a network. Shows what would change; with <c>{"apply":true}</c> it does.
/// Results of batches keep what they were given until everything is judged again by the command <c>rejudge</c>.
/// </summary>
internal sealed class JudgeVerification(IVerificationStore store, IGrains<IEmailGrain> grains, Rejudge rejudge, TimeProvider clock)
{
    // Somebody else may judge it at the same instant, with the same end.
    private const int Tries = 3;

    public async Task HandleAsync(HttpContext context)
    {
        // :: Step 1: the request. A foreign id is an unknown id.
        var parsed = await SmallBody.ReadAsync(context);
        if (parsed is not { Value: { } body })
        {
            await parsed.Problem!.WriteAsync(context);
            return;
        }

        if (body["apply"] is { ValueKind: not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null) })
        {
            await SmallBody.Wrong(ProblemError.AtMember("apply", "type", "The member apply is true or false.")).WriteAsync(context);
            return;
        }

        var caller = Caller.Of(context);
        var isApplied = body["apply"] is { ValueKind: JsonValueKind.True };
        var id = context.Request.RouteValues["id"] as string;
        for (var trying = 1; trying <= Tries; trying++)
        {
            // :: Step 2: the judgement.
            var verification = Id.HasForm(id, "ver") ? await store.FindAsync(caller.CustomerId, id, context.RequestAborted) : null;
            if (verification is null)
            {
                await new Problem(ProblemCode.NotFound, "No verification has this id.").WriteAsync(context);
                return;
            }

            var again = rejudge.Of(verification, clock.GetUtcNow());
            if (again is Rejudgement.NoEvidence(var why))
            {
                await new Problem(ProblemCode.NoEvidence, $"There is nothing to judge. {why}").WriteAsync(context);
                return;
            }

            // :: Step 3: the change, and what is served from now on.
            if (isApplied && again is Rejudgement.Changed(var after, _))
            {
                if (!await store.JudgeAsync(after, verification.Verdict!.Rules))
                    continue;
                await grains.Get(EmailKey.Of(verification.AddressHash, caller.IsTest)).RereadAsync(verification.CustomerId, verification.Id);
            }

            JsonAnswer.Write(context.Response, new View(verification, again, isApplied), Write);
            return;
        }

        await new Problem(ProblemCode.Overloaded, "The verification is being changed by others.") { RetryAfterSeconds = 1 }.WriteAsync(context);
    }

    private static void Write(Utf8JsonWriter writer, in View view)
    {
        var before = view.Verification.Verdict!;
        var changed = view.Again as Rejudgement.Changed;
        var wouldAsk = view.Again as Rejudgement.WouldAskAgain;
        writer.WriteStartObject();
        writer.WriteString("id"u8, view.Verification.Id);
        writer.WriteString("email"u8, view.Verification.Email);
        Write(writer, "before"u8, before);
        Write(writer, "after"u8, changed?.After.Verdict ?? before);
        writer.WriteBoolean("changed"u8, changed is not null);
        writer.WriteBoolean("applied"u8, changed is not null && view.IsApplied);
        writer.WriteString("rule"u8, changed?.Rule ?? wouldAsk?.Rule);
        writer.WriteString("would_ask_again"u8, wouldAsk is null ? null : Words.Of(wouldAsk.Cause));
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Verdict verdict)
    {
        writer.WriteStartObject(name);
        writer.WriteString("status"u8, Words.Of(verdict.Status));
        writer.WriteString("reason"u8, Words.Of(verdict.Reason));
        writer.WriteNumber("score"u8, verdict.Score);
        writer.WriteString("rule_set"u8, verdict.Rules);
        writer.WriteEndObject();
    }

    private readonly record struct View(Verification Verification, Rejudgement Again, bool IsApplied);
}
