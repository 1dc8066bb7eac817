using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;

namespace EmailVerify.Host.Api.Batches;

/// <summary>PATCH <c>/v1/batches/{id}</c>: changes name, tag and priority (a merge patch, RFC 7396: null takes a value away). If-Match is honoured where it is sent.</summary>
internal sealed partial class PatchBatch(BatchDesk desk, IBatchStore store)
{
    public async Task HandleAsync(HttpContext context)
    {
        // :: Step 1: the request.
        var parsed = await SmallBody.ReadAsync(context, MediaTypes.MergePatch);
        if (parsed is not { Value: { } body })
        {
            await parsed.Problem!.WriteAsync(context);
            return;
        }

        var patch = new Patch();
        if (patch.Read(body) is { } wrong)
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

        // :: Step 2: is it what the caller has seen? Counts move on; between here and the change only what is changed must stay as it was seen.
        var seen = await desk.LookAsync(batch);
        var isConditional = context.Request.Headers.IfMatch.Count > 0;
        if (isConditional && EntityTag.IsOther(context.Request, BatchDesk.TagOf(seen)))
        {
            await Changed().WriteAsync(context);
            return;
        }

        // :: Step 3: the change.
        var isOther = false;
        var changed = await store.ChangeAsync(batch.Id, now =>
        {
            isOther = isConditional && (now.Name, now.Tag, now.Priority) != (batch.Name, batch.Tag, batch.Priority);
            return isOther ? now : patch.Apply(now);
        });
        if (changed is not { ErasedAt: null } || isOther)
        {
            await (changed is null ? BatchDesk.Unknown : changed.ErasedAt is not null ? BatchDesk.Erased : Changed()).WriteAsync(context);
            return;
        }

        var view = seen with { Batch = changed };
        context.Response.Headers.ETag = BatchDesk.TagOf(view);
        JsonAnswer.Write(context.Response, desk.Show(context, view), BatchWriter.Write);
    }

    private static Problem Changed() => new(ProblemCode.PreconditionFailed, "The batch is no longer as the header If-Match says.");

    private sealed class Patch
    {
        private JsonElement? name;
        private JsonElement? tag;
        private BatchPriority? priority;

        public Problem? Read(SmallBody body)
        {
            (name, tag) = (body["name"], body["tag"]);
            var errors = new List<ProblemError>();
            CheckText(name, "name", errors);
            CheckText(tag, "tag", errors);
            switch (body["priority"])
            {
                case null:
                    break;
                case { ValueKind: JsonValueKind.Null }:
                    priority = BatchPriority.Normal;
                    break;
                case { ValueKind: JsonValueKind.String } word when Words.TryParse<BatchPriority>(word.GetString(), out var value):
                    priority = value;
                    break;
                default:
                    errors.Add(ProblemError.AtMember("priority", "invalid", BatchWish.PriorityDetail));
                    break;
            }

            return errors.Count == 0 ? null : SmallBody.Wrong([.. errors]);
        }

        public Batch Apply(Batch batch)
        {
            var changed = batch with
            {
                Name = name is { } given ? given.GetString() : batch.Name,
                Tag = tag is { } mark ? mark.GetString() : batch.Tag,
                Priority = priority ?? batch.Priority,
            };
            return changed == batch ? batch : changed;
        }

        private static void CheckText(JsonElement? member, string name, List<ProblemError> errors)
        {
            var isGood = member is null or { ValueKind: JsonValueKind.Null } || (member is { ValueKind: JsonValueKind.String } text && text.GetString()!.Length <= BatchWish.MaxText);
            if (!isGood)
                errors.Add(ProblemError.AtMember(name, member!.Value.ValueKind is JsonValueKind.String ? "too_long" : "type", $"The member {name} is a string of at most 256 characters, or null."));
        }
    }
}
