using EmailVerify.Host.Api.OpenApi;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Settings;

internal sealed partial class GetSettings
{
    /// <summary>Describes it.</summary>
    public static Description Describe() => new(Tags.Operation, "List settings", "Every setting in force, with its value, where that comes from, and what it means. Secrets are named and never shown.")
    {
        Answers =
        [
            new(200, "The settings.", Content.Json(
                Object(Has("settings", List(
                    Object(
                        Has("key", Text(256), "Its name in the configuration."),
                        Has("value", Text(4_096).OrNull(), "Its value; null where there is none, or it is a secret."),
                        Has("source", Word("default", "configured"), "Where that comes from."),
                        Has("is_secret", Flag, "Whether it is a secret."),
                        Has("meaning", Text(1_024), "What it means.")).Named("Setting", "A setting in force."),
                    1_000), "The settings.")).Named("Settings", "The settings in force."),
                """{"settings":[{"key":"EmailVerify:Smtp:Port","value":"25","source":"default","is_secret":false,"meaning":"The port on which mail servers are asked."}]}""")),
        ],
    };
}
