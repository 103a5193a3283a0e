namespace LeadGrains.Grains.Erasing;

/// <summary>What callers are told who send something of a person that was erased.</summary>
internal static class ErasedContact
{
    public static Rejection Rejection(int index) =>
        new(index, RejectionReason.Erased, "contact_id", "The contact was erased. Nothing of it is recorded any more.");
}
