using Microsoft.AspNetCore.DataProtection;

namespace EmailVerify.Host.Hosting;

/// <summary>
/// The keys that protect the cookies of who is signed in. They lie in the data folder, so that a restart signs nobody out, and the service makes a new one every 90 days.
/// As with the pepper beside them, their protection is that nobody else may read them: what could encrypt them would have to lie there too.
/// </summary>
internal static class SessionKeys
{
    private const string FolderName = "emailverify.sessions";

    // Part of what is protected: it stays the same for ever.
    private const string ApplicationName = "emailverify";

    /// <summary>Adds what protects cookies.</summary>
    /// <param name="services">The services.</param>
    /// <param name="data">The data folder.</param>
    public static IServiceCollection AddSessionKeys(this IServiceCollection services, string data)
    {
        var folder = new DirectoryInfo(Path.Combine(data, FolderName));
        if (!folder.Exists && !OperatingSystem.IsWindows())
            folder = Directory.CreateDirectory(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _ = services.AddDataProtection().SetApplicationName(ApplicationName).PersistKeysToFileSystem(folder);
        return services;
    }
}
