/** `apply()` switches to the waiting version and reloads; call it only when nothing is half typed. */
export declare function registerWorker(onUpdate: (apply: () => void) => void): Promise<ServiceWorkerRegistration | undefined>
