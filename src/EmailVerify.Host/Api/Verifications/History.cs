using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.Doctor;
using EmailVerify.Host.Api.Keys;
using EmailVerify.Host.Api.Problems;
using EmailVerify.Host.Api.Requests;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Api.Verifications;

/// <summary>
/// GET <c>/v1/verifications</c> and POST <c>/v1/verifications/search</c>, which keeps addresses out of access logs: what a customer was told, newest first. Of an address, which the store
/// looks up by its hash, it is shown too where that changed.
/// </summary>
internal sealed partial class History(IVerificationStore store, IVerificationReports reports, Installation installation, DoctorDesk doctor)
{
    /// <summary>Answers GET.</summary>
    public Task ListAsync(HttpContext context) => AnswerAsync(context, HistoryRequest.Parse(context.Request.Query), isSearch: false);

    /// <summary>Answers POST.</summary>
    public async Task SearchAsync(HttpContext context) =>
        await AnswerAsync(context, await JsonBody.ReadAsync(context, HistoryRequest.Parse), isSearch: true);

    private async Task AnswerAsync(HttpContext context, Parsed<HistoryRequest> parsed, bool isSearch)
    {
        if (parsed is not { Value: { } request })
        {
            await parsed.Problem!.WriteAsync(context);
            return;
        }

        var pepper = installation.Pepper;
        var caller = Caller.Of(context);
        var hash = request.Email is { } email ? HashOf(email) : default(AddressHash?);
        var list = hash is null
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"search\n{caller.CustomerId}\n{request.Domain}\n{request.Status}\n{request.IsPending}\n{request.Reason}\n{request.Batch}\n{request.From?.UtcTicks}\n{request.To?.UtcTicks}")
            : string.Create(CultureInfo.InvariantCulture, $"history\n{caller.CustomerId}\n{hash}\n{request.From?.UtcTicks}\n{request.To?.UtcTicks}");
        string? before = null;
        if (request.After is { } cursor && !Cursor.TryRead(cursor, list, pepper.Span, out before))
        {
            var error = isSearch
                ? ProblemError.AtMember("after", "invalid", "Take next of the answer before.")
                : ProblemError.AtParameter("after", "invalid", "Take next of the answer before.");
            await new Problem(ProblemCode.CursorMismatch, "The cursor was not given for this list.") { Errors = [error] }.WriteAsync(context);
            return;
        }

        // One more than is shown: it says whether there is a next page, and what the last one shown changed from.
        var found = hash is { } known
            ? await store.HistoryAsync(caller.CustomerId, known, new HistoryQuery(request.From, request.To, before, request.Limit + 1), context.RequestAborted)
            : await reports.SearchAsync(
                caller.CustomerId,
                new VerificationSearch(request.From, request.To, request.Status, request.Reason, request.Domain, request.Batch, before, request.Limit + 1) { IsPending = request.IsPending },
                context.RequestAborted);
        var shown = found.Length > request.Limit ? found[..request.Limit] : found;
        var next = found.Length > request.Limit ? Cursor.After(shown[^1].Id, list, pepper.Span) : null;
        if (next is not null && !isSearch)
            context.Response.Headers.Link = $"<{context.Request.Path}{Cursor.NextQuery(context.Request.Query, next)}>; rel=\"next\"";
        JsonAnswer.Write(context.Response, new Page(shown, hash is null ? [] : [.. HistoryChange.Of(found)], next, VerificationQuery.ShowsEvidence(context.Request), installation.IsSandbox, doctor.For(caller)), Write);
    }

    private AddressHash HashOf(string email) =>
        EmailAddress.TryParse(email, out var address) ? AddressHash.Of(installation.Pepper.Span, address) : AddressHash.OfText(installation.Pepper.Span, email);

    private static void Write(Utf8JsonWriter writer, in Page page)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("verifications"u8);
        foreach (var verification in page.Shown)
            VerificationWriter.Write(writer, VerificationView.Of(verification, page.ShowsEvidence, page.InSandbox) with { Doctor = page.Doctor });
        writer.WriteEndArray();

        writer.WriteStartArray("changes"u8);
        foreach (var change in page.Changes)
        {
            writer.WriteStartObject();
            writer.WriteTime("at"u8, change.At);
            writer.WriteString("from"u8, Words.Of(change.From));
            writer.WriteString("to"u8, Words.Of(change.To));
            writer.WriteString("why"u8, change.Why);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("next"u8, page.Next);
        writer.WriteEndObject();
    }

    private readonly record struct Page(ImmutableArray<Verification> Shown, ImmutableArray<HistoryChange> Changes, string? Next, bool ShowsEvidence, bool InSandbox, DoctorReport? Doctor);
}
