// Files of writes that wait in the outbox (app/ui/src/outbox): they stay on the device, under the key of their form, until the server has them.

const DATABASE = "linli-files";
const STORE = "files";

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

async function within<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await asked(opening);
  try {
    const transaction = database.transaction(STORE, mode);
    const ended = new Promise<void>((done, failed) => {
      transaction.oncomplete = () => done();
      transaction.onabort = () => failed(transaction.error);
    });
    const [result] = await Promise.all([asked(work(transaction.objectStore(STORE))), ended]);
    return result;
  } finally {
    database.close();
  }
}

/** Keeps `files` in place of what was under `key`. When this has resolved, they are on the device. */
export async function keepFiles(key: string, files: File[]): Promise<true> {
  await within("readwrite", (store) => store.put(files, key));
  return true;
}

/** What is kept under `key`. */
export async function keptFiles(key: string): Promise<File[]> {
  const found: unknown = await within("readonly", (store) => store.get(key));
  return Array.isArray(found) ? found.filter((file): file is File => file instanceof Blob) : [];
}

export async function forgetFiles(key: string): Promise<true> {
  await within("readwrite", (store) => store.delete(key));
  return true;
}
