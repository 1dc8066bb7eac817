using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Batches;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Batches;

/// <summary>POST <c>/v1/batches/{id}/pause</c>, <c>resume</c>, <c>cancel</c> and <c>retry</c>. Repeating one is harmless.</summary>
internal sealed partial class SteerBatch(BatchDesk desk, IGrains<IBatchGrain> grains)
{
    // A retry asks about unknowns; the other reasons belong to other statuses.
    private static readonly FrozenSet<VerdictReason> Retried = FrozenSet.Create(
        VerdictReason.AddressLiteral, VerdictReason.DnsError, VerdictReason.UnexpectedReply, VerdictReason.BlockedByPolicy, VerdictReason.RateLimited,
        VerdictReason.Greylisted, VerdictReason.TemporaryFailure, VerdictReason.NoConnect, VerdictReason.Timeout, VerdictReason.NoEgress,
        VerdictReason.ProviderUnverifiable);

    public Task PauseAsync(HttpContext context) => SteerAsync(context, BatchCommand.Pause);

    public Task ResumeAsync(HttpContext context) => SteerAsync(context, BatchCommand.Resume);

    public Task CancelAsync(HttpContext context) => SteerAsync(context, BatchCommand.Cancel);

    public Task RetryAsync(HttpContext context) => SteerAsync(context, BatchCommand.Retry);

    private async Task SteerAsync(HttpContext context, BatchCommand command)
    {
        // :: Step 1: the request.
        var parsed = await SmallBody.ReadAsync(context);
        string? reason = null;
        ImmutableArray<VerdictReason> reasons = [];
        if ((parsed.Problem ?? Read(parsed.Value!, command, out reason, out reasons)) is { } wrong)
        {
            await wrong.WriteAsync(context);
            return;
        }

        if (await desk.FindAsync(context) is not { } batch)
        {
            await BatchDesk.Unknown.WriteAsync(context);
            return;
        }

        if (batch.ErasedAt is not null)
        {
            await BatchDesk.Erased.WriteAsync(context);
            return;
        }

        // :: Step 2: the command.
        if (await grains.Get(batch.Id).SteerAsync(command, reason, reasons) is not { } steering)
        {
            await BatchDesk.Unknown.WriteAsync(context);
            return;
        }

        if (!steering.IsAllowed)
        {
            await (steering.Batch.ErasedAt is null ? Conflict(steering.Batch.Status, command) : BatchDesk.Erased).WriteAsync(context);
            return;
        }

        // :: Step 3: the answer.
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers.Location = BatchWriter.PathOf(batch.Id);
        JsonAnswer.Write(context.Response, desk.Show(context, new BatchView(steering.Batch)), BatchWriter.Write);
    }

    private static Problem Conflict(BatchStatus status, BatchCommand command)
    {
        var allowed = BatchLife.Allowed(status);
        return new Problem(ProblemCode.BatchStateConflict, $"The batch is {Words.Of(status)}, which allows {string.Join(", ", allowed.Select(Words.Of))}, and no {Words.Of(command)}.")
        {
            Extras = writer =>
            {
                writer.WriteString("state"u8, Words.Of(status));
                writer.WriteStartArray("allowed"u8);
                foreach (var one in allowed)
                    writer.WriteStringValue(Words.Of(one));
                writer.WriteEndArray();
            },
        };
    }

    private static Problem? Read(SmallBody body, BatchCommand command, out string? reason, out ImmutableArray<VerdictReason> reasons)
    {
        (reason, reasons) = (null, []);
        if (command is BatchCommand.Retry)
            return ReadReasons(body["reasons"], out reasons);
        switch (body["reason"])
        {
            case null or { ValueKind: JsonValueKind.Null }:
                return null;
            case { ValueKind: JsonValueKind.String } text when text.GetString() is { Length: <= BatchWish.MaxText } given:
                reason = given;
                return null;
            case { ValueKind: var kind }:
                return SmallBody.Wrong(ProblemError.AtMember(
                    "reason", kind is JsonValueKind.String ? "too_long" : "type", "The member reason is a string of at most 256 characters."));
        }
    }

    private static Problem? ReadReasons(JsonElement? member, out ImmutableArray<VerdictReason> reasons)
    {
        reasons = [];
        if (member is null or { ValueKind: JsonValueKind.Null })
            return null;
        if (member is not { ValueKind: JsonValueKind.Array } array)
            return SmallBody.Wrong(ProblemError.AtMember("reasons", "type", "The member reasons is an array of reasons."));
        var found = ImmutableArray.CreateBuilder<VerdictReason>();
        foreach (var (at, element) in array.EnumerateArray().Index())
        {
            if (element.ValueKind is not JsonValueKind.String || !Words.TryParse<VerdictReason>(element.GetString(), out var reason) || !Retried.Contains(reason))
            {
                return SmallBody.Wrong(ProblemError.AtMember(
                    $"reasons/{at}", "invalid", $"Asked about once more are the reasons of unknown: {string.Join(", ", Retried.Order().Select(Words.Of))}."));
            }

            if (!found.Contains(reason))
                found.Add(reason);
        }

        reasons = found.DrainToImmutable();
        return null;
    }
}
