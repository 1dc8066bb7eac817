using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.OpenApi;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Keys;

internal sealed partial class GetMe
{
    /// <summary>Describes it.</summary>
    public static Description Describe() => new(Tags.Access, "Ask who I am", "Whose key the request has, what it may do, and of what installation.")
    {
        Answers =
        [
            new(200, "Who asks.", Content.Json(
                Object(
                    Has("customer", Text(64), "The customer's id."),
                    Has("key", Object(
                        Has("id", Text(64), "The key's id; `configured` is the one of the configuration."),
                        Has("name", Text(256), "Its name."),
                        Has("prefix", Text(16).OrNull(), "How it begins; null where it has a form of its own."))),
                    Has("scopes", List(Word([.. Scopes.All]), 16), "What it may do."),
                    Has("test", Flag, "Whether it is a test key: nothing is asked for it, and verdicts are made up."),
                    Has("sandbox", Flag, "Whether the installation is a sandbox: nothing leaves the machine, and verdicts are made up."),
                    Has("version", Text(32), "The version of the service.")).Named("Me", "Who asks."),
                """{"customer":"cus_default","key":{"id":"key_01M86GVNRVEYHRV72HWAW4YR51","name":"shop","prefix":"ev_live_4fQx"},"scopes":["verify","read"],"test":false,"sandbox":false,"version":"0.1.0"}""")),
        ],
    };
}
