using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage;

/// <summary>What a store is opened for, and what is right to find then.</summary>
/// <param name="Created">What a new store is given.</param>
/// <param name="MustExist">None is created.</param>
/// <param name="CopyOf">The store whose copy it is to become; null to use it.</param>
internal sealed record StoreOpening(StoreIdentity Created, bool MustExist = false, Guid? CopyOf = null)
{
    /// <summary>Refuses a store that is not there.</summary>
    /// <param name="name">Where it was looked for, for people.</param>
    public void RequireStore(string name)
    {
        if (MustExist)
            throw new StoreUnusableException($"{name} holds no store. Name the folder or the database that was served from.");
    }

    /// <summary>Refuses a copy that has not come to its end to all but who makes it, and a whole store to who would copy over it.</summary>
    /// <param name="name">Which store, for people.</param>
    /// <param name="marked">The store that it is an unfinished copy of; null where it is whole.</param>
    /// <param name="remove">How to be rid of it, for people.</param>
    public void RequireMark(string name, Guid? marked, string remove)
    {
        if (marked == CopyOf)
            return;
        throw new StoreUnusableException((marked, CopyOf) switch
        {
            (null, _) => $"{name} holds a store already. A copy goes where there is none: name another place, or {remove}.",
            (_, null) => $"{name} holds a copy that has not come to its end. Give the same `leadgrains store copy` again to go on with it, or {remove}.",
            _ => $"{name} holds an unfinished copy of another store. Go on with that one, or {remove}.",
        });
    }
}
