using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LeadGrains.Host.Commands;

namespace LeadGrains.Host.Certificates;

/// <summary>The certificates of an authority of one's own, in place of those that the system trusts.</summary>
internal static class TrustedRoots
{
    /// <summary>Trusts what exactly these sign. Revocation is not checked: such an authority seldom publishes any.</summary>
    /// <exception cref="CommandFailedException">The file is missing, or holds no certificate in PEM.</exception>
    public static X509ChainPolicy Read(string file, string named)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandFailedException($"There is no file {file}, which {named} names.", failure);
        }
        catch (CryptographicException failure)
        {
            throw new CommandFailedException($"{file}, which {named} names, cannot be read as certificates: {failure.Message}", failure);
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new CommandFailedException($"{file}, which {named} names, holds no certificate in PEM.");
    }
}
