using System.Collections.Frozen;
using System.Collections.Immutable;

namespace EmailVerify.Host.Api.Problems;

/// <summary>A kind of failure that the API answers with: RFC 9457, and a page for a person at <c>/problems/{code}</c>. A closed list.</summary>
/// <param name="Code">The stable word that programs match.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">The same sentence for each problem of the kind.</param>
/// <param name="Cause">Why it happens.</param>
/// <param name="Cure">What to do about it.</param>
/// <param name="Example">A request that gets it.</param>
internal sealed record ProblemCode(string Code, int Status, string Title, string Cause, string Cure, string Example)
{
    private const string Key = " -H 'Authorization: Bearer KEY' ";
    private const string Batches = "http://127.0.0.1:5080/v1/batches";
    private const string Upload = "curl -X POST " + Batches + Key + "-H 'Content-Type: text/csv' ";
    private const string ABatch = Batches + "/bat_01M86CH6NGEJZ82ZR96BBCGNBY";
    private const string AnExport = "http://127.0.0.1:5080/v1/exports/exp_01M86CH6NGEJZ82ZR96BBCGNBY";
    private const string Verify = "curl -X POST http://127.0.0.1:5080/v1/verifications -H 'Authorization: Bearer KEY' -H 'Content-Type: application/json' ";

    public static readonly ProblemCode MalformedJson = new(
        "malformed_json", 400, "The body is not JSON.",
        "The body cannot be read as one JSON value in UTF-8.",
        "Send one JSON object. The detail names the place where reading stopped.",
        Verify + "-d '{\"email\":'");

    public static readonly ProblemCode MalformedHeader = new(
        "malformed_header", 400, "A header cannot be read.",
        "A header of the request is not written as its standard says.",
        "Correct the header that the member errors names, or leave it out.",
        Verify + "-H 'Prefer: wait=soon' -d '{\"email\":\"jane@example.com\"}'");

    public static readonly ProblemCode MalformedUpload = new(
        "malformed_upload", 400, "The file cannot be read.",
        "The body is not what its Content-Type says, ends in its middle, or has a row that cannot be read as one. Nothing of it was kept.",
        "Look at the row and the octet that the answer names, correct the file, and send it again, whole.",
        Upload + "--data-binary ''");

    public static readonly ProblemCode BadRequest = new(
        "bad_request", 400, "The request cannot be read.",
        "The request breaks the rules of HTTP: the lengths of its chunks, for example, are no numbers.",
        "Send the request again, whole. If a proxy stands between, look at what it changes.",
        "printf 'POST /v1/verifications HTTP/1.1\\r\\nHost: a\\r\\nAuthorization: Bearer KEY\\r\\nContent-Type: application/json\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nno number\\r\\n' | nc 127.0.0.1 5080");

    public static readonly ProblemCode MissingKey = new(
        "missing_key", 401, "A key is needed.",
        "The request has no header Authorization with a bearer key, and no cookie of who is signed in. A key in the query is not read, since queries end up in logs.",
        "Send Authorization: Bearer KEY. A key is printed at the first start; emailverify keys create makes another.",
        "curl 'http://127.0.0.1:5080/v1/verifications?email=jane@example.com'");

    public static readonly ProblemCode InvalidKey = new(
        "invalid_key", 401, "The key is not known.",
        "The key is not one of this installation's, or it was not copied whole: its last six characters are a checksum of the others.",
        "Compare the key with the one that was shown when it was made. emailverify keys list shows the first characters of each.",
        "curl 'http://127.0.0.1:5080/v1/verifications?email=jane@example.com' -H 'Authorization: Bearer ev_live_mistyped'");

    public static readonly ProblemCode ExpiredKey = new(
        "expired_key", 401, "The key has expired.",
        "The key was made with an end, and that has passed.",
        "Make a new one: emailverify keys create.",
        "emailverify keys create --name short --expires 1h, then use the key two hours later");

    public static readonly ProblemCode RevokedKey = new(
        "revoked_key", 401, "The key was revoked.",
        "Somebody ended the key: on the page of keys, over the API, or with emailverify keys revoke.",
        "Ask whoever runs this installation for a new one.",
        "emailverify keys revoke ID, then use the key");

    public static readonly ProblemCode InvalidCode = new(
        "invalid_code", 401, "The code does not sign in.",
        "A code to sign in is good once, for ten minutes, and for the process that printed it.",
        "Sign in with a key, or start the service again where it prints a code at each start.",
        "Opening the address with the code that the first start printed a second time");

    public static readonly ProblemCode SessionEnded = new(
        "session_ended", 401, "You are signed out.",
        "The browser sent a cookie of this service that does not hold: twelve hours have passed, its key is no longer one of this installation's, or another installation gave it.",
        "Sign in again at /sign-in.",
        "A page that was open overnight");

    public static readonly ProblemCode CrossSiteRequest = new(
        "cross_site_request", 403, "The request comes from another site.",
        "Who is signed in by a cookie changes something only from the service's own pages: the browser must say so in Sec-Fetch-Site or Origin, and it did not.",
        "Use the pages, or send Authorization: Bearer KEY. Where a proxy stands between, it must pass on the headers Host, Origin and Sec-Fetch-Site.",
        "curl -X POST http://127.0.0.1:5080/v1/verifications -H 'Cookie: emailverify=…' -H 'Origin: https://example.com'");

    public static readonly ProblemCode HttpsRequired = new(
        "https_required", 403, "Signing in needs https.",
        "The page was opened over http from another machine. A key would go through the network in the clear, and the browser would not keep the cookie.",
        "Put a proxy with a certificate before the service, configure Kestrel:Certificates:Default, or go through ssh -L 5080:127.0.0.1:5080.",
        "emailverify --urls http://*:5080, then sign in at http://192.0.2.7:5080/sign-in");

    public static readonly ProblemCode InsufficientScope = new(
        "insufficient_scope", 403, "The key may not do this.",
        "The key is valid and lacks the scope that the operation needs. The detail names it.",
        "Use a key that has the scope: emailverify keys create --scopes.",
        "emailverify keys create --name reader --scopes read, then POST /v1/verifications with it");

    public static readonly ProblemCode NotFound = new(
        "not_found", 404, "There is nothing here.",
        "The path names no resource of this installation, or one that belongs to somebody else.",
        "Check the path and the id. Ids are shown whole in answers and in the header Location.",
        "curl http://127.0.0.1:5080/v1/verifications/ver_00000000000000000000000000 -H 'Authorization: Bearer KEY'");

    public static readonly ProblemCode MethodNotAllowed = new(
        "method_not_allowed", 405, "The resource does not know this method.",
        "The path exists, and the method is none of those that it answers.",
        "Use a method that the header Allow lists.",
        "curl -X DELETE http://127.0.0.1:5080/v1/verifications -H 'Authorization: Bearer KEY'");

    public static readonly ProblemCode NotAcceptable = new(
        "not_acceptable", 406, "No answer in a form that the request accepts.",
        "The header Accept leaves out every form in which the answer can be given.",
        "Accept application/json, or send no header Accept.",
        "curl 'http://127.0.0.1:5080/v1/verifications?email=jane@example.com' -H 'Authorization: Bearer KEY' -H 'Accept: application/xml'");

    public static readonly ProblemCode RequestTimeout = new(
        "request_timeout", 408, "The request came too slowly.",
        "The body did not arrive in the time that the server waits for it.",
        "Send the request again on a better line.",
        "A body of which one byte a minute is sent");

    public static readonly ProblemCode IdempotencyInProgress = new(
        "idempotency_in_progress", 409, "The first request with this key is still at work.",
        "Two requests carry the same Idempotency-Key, and the first has no answer yet.",
        "Send the same request again after Retry-After: it gets the answer of the first.",
        "The same POST /v1/batches twice at once, both with -H 'Idempotency-Key: 17'");

    public static readonly ProblemCode BatchStateConflict = new(
        "batch_state_conflict", 409, "The batch is in a state that does not allow this.",
        "The command makes no sense for a batch in its present state. The answer names the state and what it allows.",
        "Look at the batch, then send one of the commands that the member allowed lists.",
        "curl -X POST " + ABatch + "/retry" + Key + "while it is running");

    public static readonly ProblemCode ExportNotReady = new(
        "export_not_ready", 409, "The export has no file yet.",
        "The file of an export can be had once it is completed. One that failed never gets a file. The member state of the answer says how it stands.",
        "Ask again after Retry-After, or look at the export until it is completed. Where it failed, ask for a new one.",
        "curl " + AnExport + "/file" + Key + "right after POST /v1/exports");

    public static readonly ProblemCode KeyEnded = new(
        "key_ended", 409, "The key holds no longer.",
        "The key was revoked or has expired, and cannot be replaced by one like it.",
        "Make a new key.",
        "curl -X POST http://127.0.0.1:5080/v1/customers/cus_default/keys/ID/rotate" + Key + "for a key that was revoked");

    public static readonly ProblemCode TooManyKeys = new(
        "too_many_keys", 409, "The customer has too many keys.",
        "A customer may have 1,000 keys that hold at once.",
        "Revoke keys that nobody uses, and give keys that are made by programs an end (expires_at).",
        "POST /v1/customers/cus_default/keys 1,001 times");

    public static readonly ProblemCode NoEvidence = new(
        "no_evidence", 409, "Nothing is kept that could be judged again.",
        "The verification is pending, was answered by the DNS or under a test key, or has no reply of a mail server. The detail says which.",
        "Verify the address once more: POST /v1/verifications with max_age_seconds 0.",
        "curl -X POST http://127.0.0.1:5080/v1/verifications/ID/judge -H 'Authorization: Bearer KEY' of a domain that takes no mail");

    public static readonly ProblemCode Erased = new(
        "erased", 410, "The rows are gone.",
        "Somebody deleted the batch, or the time has passed for which its rows, or the file of an export, are kept. What it was is known a while longer.",
        "Upload the file again, or ask for the export again, and fetch the results or the file before expires_at.",
        "curl -X DELETE " + ABatch + Key + "and then GET its results");

    public static readonly ProblemCode PreconditionFailed = new(
        "precondition_failed", 412, "It has changed since you saw it.",
        "The header If-Match names a state of the resource that is not its present one.",
        "Read the resource again, decide again, and send its new ETag in If-Match.",
        "curl -X PATCH " + ABatch + Key + "-H 'If-Match: \"old\"' -H 'Content-Type: application/json' -d '{\"name\":\"a\"}'");

    public static readonly ProblemCode BodyTooLarge = new(
        "body_too_large", 413, "The body is too large.",
        "The body is longer than the operation reads. The detail names the limit.",
        "Send less in one request.",
        Verify + "-d @a-file-of-a-megabyte");

    public static readonly ProblemCode TooManyRows = new(
        "too_many_rows", 413, "The file has too many rows.",
        "A batch takes a bounded number of rows. The detail names the limit.",
        "Send the file in parts, as batches of their own.",
        Upload + "-T a-file-of-21-million-rows.csv");

    public static readonly ProblemCode ExpansionTooLarge = new(
        "expansion_too_large", 413, "The body expands too much.",
        "A compressed body grows to more than a hundred times its size, as no real list does.",
        "Send the file as it is, without Content-Encoding.",
        "head -c 1G /dev/zero | gzip | " + Upload + "-H 'Content-Encoding: gzip' --data-binary @-");

    public static readonly ProblemCode UnsupportedMediaType = new(
        "unsupported_media_type", 415, "The body is of a type that is not read here.",
        "The header Content-Type is missing or names a type that the operation does not read.",
        "Send Content-Type: application/json and a body in UTF-8.",
        "curl -X POST http://127.0.0.1:5080/v1/verifications -H 'Authorization: Bearer KEY' -d email=jane@example.com");

    public static readonly ProblemCode UnsupportedEncoding = new(
        "unsupported_encoding", 415, "The body is encoded in a way that is not read here.",
        "The header Content-Encoding names a compression that the operation does not read.",
        "Send the body as it is, without Content-Encoding.",
        Verify + "-H 'Content-Encoding: zstd' -d '{}'");

    public static readonly ProblemCode RangeNotSatisfiable = new(
        "range_not_satisfiable", 416, "The file is shorter.",
        "The header Range asks for octets behind the end of the file. The header Content-Range says how long it is.",
        "If all of it is there already, nothing is missing. Else fetch the file anew, without Range.",
        "curl " + AnExport + "/file" + Key + "-H 'Range: bytes=999999999999-'");

    public static readonly ProblemCode ValidationFailed = new(
        "validation_failed", 422, "A part of the request has no usable value.",
        "The request can be read, and members, parameters or headers of it are missing, of the wrong type or out of bounds. An address that is bad is not such a case: it gets a verdict.",
        "Correct what the member errors lists; each entry names its place.",
        Verify + "-d '{\"email\":null}'");

    public static readonly ProblemCode ColumnAmbiguous = new(
        "column_ambiguous", 422, "Which column holds the addresses is not clear.",
        "Several columns of the file might hold the addresses, or none seems to.",
        "Name the column in the parameter column, or give its number from 1. The member candidates lists those that might be meant.",
        Upload + "--data-binary $'email,e-mail\\na@example.com,b@example.com\\n'");

    public static readonly ProblemCode ColumnNotFound = new(
        "column_not_found", 422, "There is no such column.",
        "The parameter column names none of the file's columns.",
        "Name one that the member columns lists, or give its number from 1.",
        "curl -X POST '" + Batches + "?column=address'" + Key + "-H 'Content-Type: text/csv' --data-binary $'email\\na@example.com\\n'");

    public static readonly ProblemCode IdempotencyKeyReused = new(
        "idempotency_key_reused", 422, "The key was used for another request.",
        "An earlier request with this Idempotency-Key had another query or another body.",
        "Make a new key for each new request; send an old one only to repeat the very same request.",
        "POST /v1/batches twice with -H 'Idempotency-Key: 17' and two files");

    public static readonly ProblemCode CursorMismatch = new(
        "cursor_mismatch", 422, "The cursor belongs to another list.",
        "The parameter after was given by another question: its address, its bounds in time or its key differ, or it was changed on the way.",
        "Begin again without after, then use next of each answer with the same other parameters.",
        "curl 'http://127.0.0.1:5080/v1/verifications?email=jane@example.com&after=c1.x' -H 'Authorization: Bearer KEY'");

    public static readonly ProblemCode QuotaExceeded = new(
        "quota_exceeded", 429, "The quota is used up.",
        "The customer has asked for as many addresses as the quota allows.",
        "Wait until the quota renews (Retry-After), or ask for a larger one. Under test keys the address insufficient-balance@ gets this answer.",
        "curl -X POST http://127.0.0.1:5080/v1/verifications -H 'Authorization: Bearer TEST-KEY' -H 'Content-Type: application/json' -d '{\"email\":\"insufficient-balance@example.com\"}'");

    public static readonly ProblemCode RateLimited = new(
        "rate_limited", 429, "Too much at once.",
        "The key, or all keys together, have as many streams of events open as are allowed; the customer sends as many files at once as it may; or too many attempts to sign in failed in the last minute.",
        "Close streams that nobody reads: one tells a batch's whole progress to all that you show it to. Send files one after the other. Sign in after Retry-After.",
        "curl -N " + ABatch + "/events" + Key + "in 21 terminals");

    public static readonly ProblemCode TooManyOpenBatches = new(
        "too_many_open_batches", 429, "Too many batches are open.",
        "A customer may have a bounded number of batches that are queued, running or paused. The detail names it.",
        "Wait until some have ended, or cancel those that are not needed. One large batch is done no later than many small ones.",
        "POST /v1/batches 101 times with start=false");

    public static readonly ProblemCode TooManyExports = new(
        "too_many_exports", 429, "There are too many exports.",
        "A customer may have a bounded number of exports that have not ended, and of exports whose files are kept. The detail names it.",
        "Ask again after Retry-After: one may have ended, or the time of one is over. Or delete one that is not needed: DELETE /v1/exports/{id}.",
        "POST /v1/exports four times at once");

    public static readonly ProblemCode InternalError = new(
        "internal_error", 500, "Something went wrong on our side.",
        "A defect. What happened is in the service's log under the request id that the answer names.",
        "Repeating is harmless. If it happens again, give the request id to whoever runs this installation.",
        "None is known, or it would have been corrected");

    public static readonly ProblemCode StorageUnavailable = new(
        "storage_unavailable", 503, "The store cannot be reached.",
        "Verdicts are durable before they are told, and the store does not answer now.",
        "Ask again after Retry-After. Nothing that was accepted is lost.",
        "A database that is being restarted");

    public static readonly ProblemCode Overloaded = new(
        "overloaded", 503, "Too much is asked at once.",
        "A queue of the service is at its bound, or an inner call was not answered in time.",
        "Ask again after Retry-After, and less at once.",
        "More requests at once than the machine can carry");

    public static readonly ProblemCode Draining = new(
        "draining", 503, "The service is stopping.",
        "The process was asked to stop; it finishes what it has and, after a second, takes nothing new.",
        "Ask again after Retry-After: another process, or the next one, answers.",
        "A request in the seconds after SIGTERM");

    public static readonly ProblemCode StorageFull = new(
        "storage_full", 507, "The disk is full.",
        "There is no room to make a verdict durable.",
        "Whoever runs this installation makes room on the disk of the data folder.",
        "A data folder on a full disk");

    /// <summary>Gets every kind, in the order of their statuses.</summary>
    public static ImmutableArray<ProblemCode> All { get; } =
    [
        MalformedJson, MalformedHeader, MalformedUpload, BadRequest, MissingKey, InvalidKey, ExpiredKey, RevokedKey, InvalidCode, SessionEnded,
        CrossSiteRequest, HttpsRequired, InsufficientScope, NotFound, MethodNotAllowed,
        NotAcceptable, RequestTimeout, IdempotencyInProgress, BatchStateConflict, ExportNotReady, KeyEnded, TooManyKeys, NoEvidence, Erased, PreconditionFailed, BodyTooLarge, TooManyRows, ExpansionTooLarge,
        UnsupportedMediaType, UnsupportedEncoding, RangeNotSatisfiable, ValidationFailed, ColumnAmbiguous, ColumnNotFound, IdempotencyKeyReused, CursorMismatch,
        RateLimited, QuotaExceeded, TooManyOpenBatches, TooManyExports, InternalError, StorageUnavailable, Overloaded, Draining, StorageFull,
    ];

    private static readonly FrozenDictionary<string, ProblemCode> ByCode = All.ToFrozenDictionary(code => code.Code, StringComparer.Ordinal);

    /// <summary>Gets the path of its page, which is also its type.</summary>
    public string Path { get; } = "/problems/" + Code;

    /// <summary>Finds a kind by its word, or null.</summary>
    public static ProblemCode? Find(string? code) => code is not null && ByCode.TryGetValue(code, out var found) ? found : null;
}
