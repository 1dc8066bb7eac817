using System.Collections.Immutable;
using System.Text.Json;
using EmailVerify.Host.Hosting;

namespace EmailVerify.Host.Api.Settings;

/// <summary>The settings in force, as they were when the process began.</summary>
/// <param name="All">All of them.</param>
internal sealed record SettingsInForce(ImmutableArray<SettingInForce> All);

/// <summary>GET <c>/v1/settings</c>: every setting with its value, where that comes from, and what it means. Secrets are named and never shown.</summary>
internal sealed partial class GetSettings(SettingsInForce settings)
{
    public Task HandleAsync(HttpContext context)
    {
        JsonAnswer.Write(context.Response, settings, Write);
        return Task.CompletedTask;
    }

    private static void Write(Utf8JsonWriter writer, in SettingsInForce settings)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("settings"u8);
        foreach (var one in settings.All)
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, $"{OptionsReader.Section}:{one.Key}");
            writer.WriteString("value"u8, one.Value);
            writer.WriteString("source"u8, one.IsConfigured ? "configured" : "default");
            writer.WriteBoolean("is_secret"u8, one.Setting.IsSecret);
            writer.WriteString("meaning"u8, one.Setting.Meaning);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
