using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Emails;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>
/// POST <c>/v1/verifications/{id}/judge</c>: the stored evidence by today's rules, without a network. Shows what would change; with <c>{"apply":true}</c> it does.
/// Results of batches keep what they were given until everything is judged again by the command <c>rejudge</c>.
/// </summary>
internal sealed partial class JudgeVerification(IVerificationStore store, IGrains<IEmailGrain> grains, Rejudge rejudge, TimeProvider clock, ILogger<JudgeVerification> logger)
{
    // Somebody else may judge it at the same instant, with the same end.
    private const int Tries = 3;

    // A silo that has just gone is known to be gone the second time.
    private const int RereadTries = 2;

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
                await RereadAsync(verification, caller.IsTest);
            }

            JsonAnswer.Write(
                context.Response,
                new View(verification, again, isApplied && again is Rejudgement.Changed),
                static (Utf8JsonWriter writer, in View view) => RejudgementWriter.Write(writer, view.Verification, view.Again, view.IsApplied, showsAddress: true));
            return;
        }

        await new Problem(ProblemCode.Overloaded, "The verification is being changed by others.") { RetryAfterSeconds = 1 }.WriteAsync(context);
    }

    // The change is durable: who asked must not be told otherwise because what serves it could not be reached.
    private async Task RereadAsync(Verification verification, bool isTest)
    {
        for (var trying = 1; trying <= RereadTries; trying++)
        {
            try
            {
                await grains.Get(EmailKey.Of(verification.AddressHash, isTest)).RereadAsync(verification.CustomerId, verification.Id);
                return;
            }
            catch (Exception failure)
            {
                LogNotReread(logger, verification.Id, failure.GetType().Name);
            }
        }
    }

    private readonly record struct View(Verification Verification, Rejudgement Again, bool IsApplied);
}
