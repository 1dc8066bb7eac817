using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.OpenApi;
using EmailVerify.Host.Api.Problems;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Keys;

internal sealed partial class CustomerKeys
{
    private static Parameter Customer => Parameter.Path("id", Text(64, least: 1), "The customer's id; `me` tells the caller's own.", CustomerIds.Default);

    private static Parameter Key => Parameter.Path("key", Text(64, least: 1), "The key's id.", "key_01M86GVNRVEYHRV72HWAW4YR51");

    /// <summary>Describes GET.</summary>
    public static Description DescribeList() => new(Tags.Access, "List keys", "The keys of a customer, newest first, ended ones too. A test key sees test keys only.")
    {
        Parameters = [Customer],
        Answers =
        [
            new(200, "The keys.", Content.Json(
                Object(Has("keys", List(KeyShape.Stored, 1_000_000), "The keys.")).Named("Keys", "The keys of a customer."), $$"""{"keys":[{{KeyShape.Example}}]}""")),
        ],
        Problems = [ProblemCode.NotFound],
    };

    /// <summary>Describes POST.</summary>
    public static Description DescribeCreate() => new(
        Tags.Access, "Make a key", "Makes a key and shows it, this once: only its hash is kept. A live key makes live and test keys, a test key test keys only.")
    {
        Parameters = [Customer],
        Body = new Body("What the key is to be.", Content.Json(
            Object(
                Has("name", Text(NewKeyRequest.MaxName, least: 1), "A name for people."),
                Has("scopes", List(OneOf([.. Scopes.All]), 16), "What it may do; at least one."),
                May("environment", OneOf("live", "test").OrNull(), "Whether something is asked for it, or verdicts are made up; as the caller's unless said."),
                May("expires_at", Time.OrNull(), "When it ends by itself.")).Named("NewKeyRequest", "A key that is to be made."),
            """{"name":"shop","scopes":["verify","read"],"environment":"live","expires_at":"2027-11-24T00:00:00Z"}""")),
        Answers = [new(201, "The key, shown this once.", Content.Json(KeyShape.New, KeyShape.NewExample))],
        Problems = [ProblemCode.NotFound, ProblemCode.TooManyKeys, ProblemCode.StorageFull],
    };

    /// <summary>Describes DELETE.</summary>
    public static Description DescribeRevoke() => new(Tags.Access, "Revoke a key", "Ends a key at once. Ending it again changes nothing.")
    {
        Parameters = [Customer, Key],
        Answers = [new(204, "The key has ended.")],
        Problems = [ProblemCode.NotFound, ProblemCode.StorageFull],
    };

    /// <summary>Describes the replacement.</summary>
    public static Description DescribeRotate() => new(
        Tags.Access, "Replace a key", "Makes a key like another, which holds only for a while longer: a day unless said, in which programs can be given the new one.")
    {
        Parameters = [Customer, Key],
        Body = new Body("How long both hold.", Content.Json(
            Object(May("overlap_seconds", Whole(0, RotateRequest.MaxSeconds).OrNull(), "How long the old key holds beside the new one; a day unless said.")).Named("RotateRequest", "How a key is replaced."),
            """{"overlap_seconds":3600}"""))
        {
            IsOptional = true,
        },
        Answers = [new(201, "The new key, shown this once.", Content.Json(KeyShape.New, KeyShape.NewExample))],
        Problems = [ProblemCode.NotFound, ProblemCode.KeyEnded, ProblemCode.TooManyKeys, ProblemCode.StorageFull],
    };
}
