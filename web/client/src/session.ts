import { ref } from "vue";
import { api, ApiError, setCsrf } from "./api";

/** Who is signed in, as /api/me tells. */
export interface Me {
  person: string;
  name: string;
  unit: string;
  roles: string[];
  csrf: string;
}

export const me = ref<Me | null>(null);
let asked: Promise<Me | null> | null = null;

/** Ask once; later calls give the same answer until `forget`. Null: nobody is signed in. */
export function loadMe(): Promise<Me | null> {
  asked ??= api
    .get<Me>("/api/me")
    .then((answer) => {
      me.value = answer;
      setCsrf(answer.csrf);
      return answer;
    })
    .catch((problem: unknown) => {
      asked = null;
      if (problem instanceof ApiError && problem.status === 401) return null;
      throw problem;
    });
  return asked;
}

export function forget(): void {
  asked = null;
  me.value = null;
  setCsrf("");
}

export async function signIn(login: string, password: string): Promise<void> {
  const answer = await api.post<{ csrf?: string } | undefined>("/api/session", { login, password });
  forget();
  if (answer?.csrf) setCsrf(answer.csrf);
  await loadMe();
}

export async function signOut(): Promise<void> {
  await api.del("/api/session");
  forget();
}
