using System.Xml.Linq;
using EmailVerify.Adapters.Postgres;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace EmailVerify.Host.Hosting;

/// <summary>The keys that protect the cookies of who is signed in: they outlive the process, so that a restart signs nobody out, and a new one is made every 90 days.</summary>
internal static class SessionKeys
{
    // Part of what is protected: it stays the same for ever.
    private const string ApplicationName = "emailverify";

    private const string FolderName = "emailverify.sessions";

    /// <summary>Adds what protects cookies, its keys in a data folder. As with the pepper beside them, their protection is that nobody else may read them: what could encrypt them would have to lie there too.</summary>
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

    /// <summary>Adds what protects cookies, its keys in the database of a cluster, so that a cookie of one silo is good on each.</summary>
    /// <param name="services">The services.</param>
    /// <param name="keys">Where they are kept.</param>
    public static IServiceCollection AddSessionKeys(this IServiceCollection services, PostgresSessionKeys keys)
    {
        _ = services.AddDataProtection().SetApplicationName(ApplicationName).AddKeyManagementOptions(options => options.XmlRepository = new Repository(keys));
        return services;
    }

    private sealed class Repository(PostgresSessionKeys keys) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements() => [.. keys.ReadAll().Select(XElement.Parse)];

        public void StoreElement(XElement element, string friendlyName) => keys.Add(friendlyName, element.ToString(SaveOptions.DisableFormatting));
    }
}
