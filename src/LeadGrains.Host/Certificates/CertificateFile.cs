using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LeadGrains.Host.Commands;

namespace LeadGrains.Host.Certificates;

/// <summary>A certificate with its key in files, looked at before it is used, so that what is wrong with it can be said.</summary>
/// <param name="Path">The certificate, in PEM with a key file, else in PKCS #12.</param>
/// <param name="NotBefore">When it begins to hold.</param>
/// <param name="NotAfter">When it expires.</param>
internal sealed record CertificateFile(string Path, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <exception cref="CommandFailedException">A file is missing, the password is wrong, or the key is another's.</exception>
    public static CertificateFile Read(string path, string? keyPath, string? password, string named)
    {
        using var certificate = Load(path, keyPath, password, named);
        return new CertificateFile(path, new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));
    }

    /// <summary>The caller disposes it.</summary>
    /// <exception cref="CommandFailedException">A file is missing, the password is wrong, or the key is another's.</exception>
    public static X509Certificate2 Load(string path, string? keyPath, string? password, string named)
    {
        foreach (var file in new[] { path, keyPath })
        {
            if (file is not null && !File.Exists(file))
            {
                throw new CommandFailedException($"There is no file {file}, which {named} names.");
            }
        }

        try
        {
            return (keyPath, password) switch
            {
                (null, _) => X509CertificateLoader.LoadPkcs12FromFile(path, password),
                (_, null) => X509Certificate2.CreateFromPemFile(path, keyPath),
                _ => X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath),
            };
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new CommandFailedException($"The certificate {path}, which {named} names, cannot be used: {failure.Message}", failure);
        }
    }
}
